/** What was said, changed in place so that nothing jumps. */
import { el, press, tool } from './dom.js';
import { closed, link, markdown } from './markdown.js';
import { strings } from './strings.js';

/** A number while the reply grows, then a link. */
const cite = (item) => (mark) => {
  const source = item.citations?.find((one) => one.mark === mark);
  if (source) return el('sup', { title: source.title }, link(source.url, mark));
  return item.done ? null : el('sup', null, mark);
};

const note = (text) => el('small', null, text);

const dots = (label) => el('span.dots', { role: 'img', 'aria-label': label });

function body(item, act) {
  if (item.type) return [press('text', item.name, () => act.more('file', item))];
  if (item.role !== 'assistant') return [item.typing ? dots('…') : new Text(item.text)];
  if (!item.text && !item.done) return [dots(strings.thinking), note(item.wait || '')]; // a line, as the text will be
  return markdown(item.done === 'reply.done' ? item.text : closed(item.text), cite(item), act.rich);
}

/** The signs under a finished answer. */
function tools(item, act) {
  const vote = (name, value) => tool('good', strings[name], ({ currentTarget }) => act.more('vote', item, value, currentTarget), { name, 'aria-pressed': item.vote === value });
  return el('div.tools', null,
    tool('copy', strings.copy, () => act.more('copy', item.text)),
    vote('good', 1),
    vote('bad', -1),
    item.again ? tool('again', item.again, () => act.again(item.key)) : '');
}

function foot(item, act) {
  const nodes = [];
  const offers = [];
  const { length } = item.citations || [];
  const good = item.done === 'reply.done';
  const cut = item.done === 'reply.stopped' ? strings.stopped : item.text && item.failed && strings.interrupted;
  if (cut) nodes.push(note(cut));
  if (item.failed) nodes.push(el('p.sorry', null, item.failed));
  if (length) nodes.push(press('opener', `${strings.sources} (${length})`, () => act.more('sources', item.citations)));
  if (item.demo) nodes.push(note(strings.demo));
  if (item.wait && (item.text || item.done)) nodes.push(note(item.wait));
  if (item.trouble) {
    const retry = press('text', strings.retry, () => act.more('retry', item.entry));
    nodes.push(el('span.sorry', null, item.trouble, ' ', retry));
  }
  if (item.again && !good) offers.push(press('text', item.again, () => act.again(item.key)));
  if (item.person) offers.push(press('text', strings.person, act.person));
  if (offers.length) nodes.push(el('div', null, ...offers));
  if (good) nodes.push(tools(item, act));
  return nodes;
}

/** What is alike already stays. */
function become(parent, nodes) {
  nodes.forEach((node, at) => {
    const old = parent.childNodes[at];
    if (!old) parent.append(node);
    else if (!old.isEqualNode(node)) old.replaceWith(node);
  });
  while (parent.childNodes.length > nodes.length) parent.lastChild.remove();
}

export class Bubbles {
  /** In this log. */
  constructor(log, act) {
    Object.assign(this, { log, act, shown: new Map() });
  }

  show(items) {
    const keys = new Set(items.map(({ key }) => key));
    for (const [key, { node }] of this.shown) {
      if (!keys.has(key)) {
        node.remove();
        this.shown.delete(key);
      }
    }
    let place = this.log.firstChild;
    for (const item of items) {
      const bubble = this.shown.get(item.key) || this.add(item);
      if (bubble.node === place) place = place.nextSibling;
      else this.log.insertBefore(bubble.node, place);
      this.fill(bubble, item);
    }
  }

  add({ key, role, name, type }) {
    const text = el('div.body', { dir: 'auto' });
    const extra = el('div.extra', null);
    const known = !type && name;
    const who = el(known ? 'strong' : 'span.unseen', null, `${known || strings[role]}: `);
    const time = el('time.unseen', null);
    const bubble = { node: el('article', { class: `bubble ${role}` }, who, text, time, extra), text, time, extra };
    this.shown.set(key, bubble);
    return bubble;
  }

  fill(bubble, item) {
    const face = JSON.stringify(item);
    if (bubble.face === face) return;
    bubble.face = face;
    bubble.node.classList.toggle('pending', !!item.pending);
    become(bubble.text, body(item, this.act));
    become(bubble.extra, foot(item, this.act));
    if (item.at && !item.pending) {
      bubble.time.textContent = new Date(item.at).toLocaleTimeString([], { timeStyle: 'short' });
    }
  }
}
