/** The Markdown that models write, as nodes: nothing in it can run. */
import { el } from './dom.js';

const INLINE = /\\([!-/:-@[-`{-~])|(`+)(.+?)\2|\*\*(.+?)\*\*|\*([^\s*](?:.*?[^\s*])?)\*|!\[([^\][]*)\]\([^)\s]*\)|\[([^\][]+)\]\(((?:[^()\s]|\([^()\s]*\))+)\)|\[(\d{1,2})\]|(https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef]+)/g;
const ITEM = /^(\s*)(?:[-*+]|(\d{1,3})[.)])\s+(.*)/;
const SAFE = /^(https?:\/\/|mailto:|tel:|\/(?![/\\\s]))/i; // or a path on this site

/** Only its words where the address is not safe. */
export function link(href, ...children) {
  return SAFE.test(href)
    ? el('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...children)
    : el('span', null, ...children);
}

/** Growing text without half a sign or the sign of a line to come, its last bold closed. */
export function closed(text) {
  const tidy = text.replace(/(?:\*+|`+|!?\[[^\][\n]*(?:\]\([^()\n]*)?|\n\s*(?:[-+]|#+|\d+[.)]?)\s?)$/, '');
  const bold = tidy.slice(tidy.lastIndexOf('\n') + 1).split('**');
  return bold.length % 2 || !bold.at(-1).trim() ? tidy : `${tidy}**`;
}

export function inline(text, cite) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(text.slice(end, found.index));
    end = found.index + found[0].length;
    const [all, plain, , code, bold, slanted, picture, label, address, mark, bare] = found;
    if (code) nodes.push(el('code', null, code));
    else if (bold) nodes.push(el('strong', null, ...inline(bold, cite)));
    else if (slanted) nodes.push(el('em', null, ...inline(slanted, cite)));
    else if (label) nodes.push(link(address, ...inline(label, () => null)));
    else if (mark) nodes.push(cite(+mark) || all);
    else if (bare) {
      const url = bare.replace(/[.,;:!?)\]]+$/, '');
      end -= bare.length - url.length;
      nodes.push(link(url, url));
    } else nodes.push(plain ?? picture);
  }
  nodes.push(text.slice(end));
  return nodes;
}

// A table, or code between fences, which may not have ended yet.
const RICH = /^([^\n]*\|[^\n]*\n[ |:-]*-[ |:-]*(?:\n[^\n]*\|[^\n]*)*|\s*```[^\n]*(?:\n(?!\s*```)[^\n]*)*(?:\n\s*```[^\n]*)?)$/m;

/** `cite(mark)` gives the node of a citation, or nothing; `rich(text, words)` that of a table or of code. */
export function markdown(text, cite, rich) {
  return text.split(RICH).flatMap((part, at) => (at % 2 ? rich(part, (words) => inline(words, cite)) : plain(part, cite)));
}

function plain(text, cite) {
  const blocks = [];
  let lists = []; // each inside the one before
  let paragraph;
  const within = (name, words) => el(name, null, ...inline(words, cite));
  const block = (made) => {
    lists = [];
    paragraph = null;
    if (made) blocks.push(made);
  };
  for (const line of text.split('\n')) {
    const item = ITEM.exec(line);
    if (item) put(item);
    else if (/^[\s*_-]*$/.test(line)) block(); // nothing, or a rule
    else if (/^\s*#{1,6}\s/.test(line)) block(el('p', null, within('strong', line.replace(/^[\s#]+/, ''))));
    else if (paragraph) paragraph.append(el('br'), ...inline(line, cite));
    else {
      block(within('p', line));
      paragraph = blocks.at(-1);
    }
  }
  return blocks;

  function put([, { length: indent }, number, words]) {
    const name = number ? 'OL' : 'UL';
    while (lists.length && indent < lists.at(-1).indent) lists.pop();
    let top = lists.at(-1);
    if (!top || indent > top.indent + 1 || top.node.nodeName !== name) {
      const node = el(name, { start: number > 1 && number });
      if (top && indent > top.indent) top.node.lastChild.append(node);
      else block(node);
      lists.push((top = { indent, node }));
    }
    top.node.append(within('li', words));
  }
}
