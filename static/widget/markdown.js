'use strict';
/** Markdown as elements: no HTML of the text's own, no images, and links only where they are safe. */
import { el } from './dom.js';

const DEEPEST = 4; // quotes and lists inside one another
const FENCE = /^\s*(`{3,}|~{3,})/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)/;
const QUOTE = /^\s*>\s?/;
const HEADING = /^\s*#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const DIVIDER = /^\s*\|?(\s*:?-+:?\s*\|)+\s*(:?-+:?\s*)?$/;
const SAFE = /^(https:\/\/|mailto:|tel:)/i;

// In this order: escape, code, image, link, mark, bold, italics, bare address.
const inlines = (end) => new RegExp([
  /\\([!-/:-@[-`{-~])/, /(`+)(.+?)\2/, /!\[([^\][]*)\]\([^()]*\)/,
  /\[([^\][]+)\]\(\s*((?:[^\s()]|\([^\s()]*\))+)[^()]*\)/, /\[(\d\d?)\]/,
  RegExp(`\\*\\*(?=\\S)(.+?)${end('\\*\\*')}`), RegExp(`\\*(?=[^\\s*])(.+?)${end('\\*')}`),
  /(?<!\w)_(?=\S)([^_]+)_(?!\w)/, /(https:\/\/[^\s<>"'`*\u3000-\u303f\uff00-\uffef]+)/,
].map((one) => one.source).join('|'), 'gs');
const WHOLE = inlines((mark) => mark);
const GROWING = inlines((mark) => `(?:${mark}|$)`); // what is still open will be closed

/** The text's blocks, each with the source it was made of. */
export function blocks(text) {
  const lines = text.split('\n');
  const found = [];
  for (let at = 0; at < lines.length;) {
    const from = at;
    const line = lines[at];
    const fence = FENCE.exec(line)?.[1];
    const goOn = (test) => { while (++at < lines.length && test(lines[at])); };
    let kind = 'text';
    if (!line.trim()) { at++; continue; }
    if (fence) {
      kind = 'code';
      goOn((next) => !next.trim().startsWith(fence));
      at++;
    } else if (RULE.test(line)) { kind = 'rule'; at++; }
    else if (HEADING.test(line)) { kind = 'heading'; at++; }
    else if (QUOTE.test(line)) { kind = 'quote'; goOn((next) => QUOTE.test(next)); }
    else if (ITEM.test(line)) {
      kind = 'list';
      goOn((next) => ITEM.test(next) || /^\s+\S/.test(next) || (!next.trim() && /^\s+\S|^$/.test(lines[at + 1] ?? 'x')));
    } else if (line.includes('|') && DIVIDER.test(lines[at + 1])) {
      kind = 'table';
      goOn((next) => next.includes('|'));
    } else goOn((next) => next.trim() && ![FENCE, ITEM, HEADING, QUOTE].some((start) => start.test(next)));
    found.push({ kind, source: lines.slice(from, at).join('\n') });
  }
  return found;
}

/** The block as an element. `link(mark)` draws a citation; `growing` text is not at its end. */
export function draw({ kind, source }, link, growing, depth = 0) {
  const lines = source.split('\n');
  const inside = (text) => inline(text, link, growing);
  const within = (text) => blocks(text).map((block) => draw(block, link, growing, depth + 1));
  if (depth > DEEPEST) return el('p', null, source);
  switch (kind) {
    case 'rule': return el('hr');
    case 'heading': return el('p', null, el('b', null, ...inside(HEADING.exec(source)[1])));
    case 'quote': return el('blockquote', null, ...within(lines.map((line) => line.replace(QUOTE, '')).join('\n')));
    case 'code': {
      const closed = lines.length > 1 && FENCE.test(lines.at(-1));
      return el('pre', { tabindex: 0 }, el('code', null, lines.slice(1, closed ? -1 : undefined).join('\n')));
    }
    case 'table': {
      const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|');
      const row = (line, tag) => el('tr', null, ...cells(line).map((cell) => el(tag, null, ...inside(cell.trim()))));
      return el('div', { class: 'table', tabindex: 0 }, el('table', null, row(lines[0], 'th'), ...lines.slice(2).map((line) => row(line, 'td'))));
    }
    case 'list': return list(lines, within, inside);
  }
  return el('p', null, ...inside(source));
}

function list(lines, within, inside) {
  const [, indent, bullet] = ITEM.exec(lines[0]);
  const items = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item && item[1].length <= indent.length) items.push([item[3]]);
    else items.at(-1).push(line.slice(Math.min(line.search(/\S|$/), indent.length + 2)));
  }
  const number = parseInt(bullet);
  return el(number >= 0 ? 'ol' : 'ul', { start: number > 1 && number }, ...items.map(([first, ...rest]) => (
    el('li', null, ...inside(first), ...within(rest.join('\n'))))));
}

function inline(text, link, growing) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(growing ? GROWING : WHOLE)) {
    const [all, escaped, , code, alt, label, target, mark, bold, italics, underlined, bare] = found;
    nodes.push(text.slice(at, found.index));
    at = found.index + all.length;
    if (code) nodes.push(el('code', null, code));
    else if (label) nodes.push(anchor(target, ...inline(label, String, growing)));
    else if (mark) nodes.push(link(+mark));
    else if (bold) nodes.push(el('b', null, ...inline(bold, link, growing)));
    else if (italics || underlined) nodes.push(el('i', null, ...inline(italics || underlined, link, growing)));
    else if (bare) {
      const [, address, rest] = /^(.*?)([.,:;!?)\]]*)$/.exec(bare);
      nodes.push(anchor(address, address), rest);
    } else nodes.push(escaped ?? alt);
  }
  nodes.push(text.slice(at));
  return nodes;
}

/** A link that tells the other page nothing; unsafe ones are only their words. */
export function anchor(address, ...words) {
  if (!SAFE.test(address)) return el('span', null, ...words);
  return el('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...words);
}
