/** A bubble for each thing said, changed in place so that nothing jumps. */
import { el, press } from './dom.js';
import { closed, link, markdown } from './markdown.js';
import strings from './strings.js';

/** A number while the reply grows, then a link. */
const cite = (item) => (mark) => {
  const source = item.citations?.find((one) => one.mark === mark);
  if (source) return el('sup', { title: source.title }, link(source.url, mark));
  return item.done ? null : el('sup', null, mark);
};

const sources = (citations) => [
  el('strong', null, strings.sources),
  el('ol.sources', null, ...citations.map((source) => (
    el('li', { value: source.mark, title: source.excerpt }, link(source.url, source.title))
  ))),
];

function foot(item, act) {
  const nodes = [];
  if (item.failed) {
    if (item.text) nodes.push(el('small.cut', null, strings.interrupted));
    nodes.push(el('p.sorry', null, item.failed));
    if (item.question) nodes.push(press('text', strings.tryAgain, () => act.again(item.question)));
  }
  if (item.citations?.length) nodes.push(...sources(item.citations));
  if (item.demo) nodes.push(el('small', null, strings.demo));
  if (item.slow) nodes.push(el('small', null, item.slow));
  if (item.trouble) {
    const retry = press('text', strings.retry, () => act.retry(item));
    nodes.push(el('span.sorry', null, item.trouble, ' ', retry));
  }
  return nodes;
}

const dots = () => el('span.dots', { role: 'img', 'aria-label': strings.thinking }, el('i'), el('i'), el('i'));

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
  constructor(log, act) {
    Object.assign(this, { log, act, shown: new Map() });
  }

  show(items) {
    const gone = new Set(this.shown.keys());
    let before = null;
    for (const item of items) {
      gone.delete(item.key);
      const bubble = this.shown.get(item.key) || this.add(item);
      const place = before ? before.nextSibling : this.log.firstChild;
      if (bubble.node !== place) this.log.insertBefore(bubble.node, place);
      before = bubble.node;
      this.fill(bubble, item);
    }
    for (const key of gone) {
      this.shown.get(key).node.remove();
      this.shown.delete(key);
    }
  }

  add({ key, role }) {
    const body = el('div.body', { dir: 'auto' });
    const extra = el('div.extra', null);
    const who = el('span.unseen', null, `${strings[role] ?? strings.assistant}: `);
    const bubble = { node: el('article', { class: `bubble ${role}` }, who, body, extra), body, extra };
    this.shown.set(key, bubble);
    return bubble;
  }

  fill(bubble, item) {
    const face = JSON.stringify([item.text, item.done, item.pending, item.trouble, item.slow]);
    if (bubble.face === face) return;
    bubble.face = face;
    bubble.node.classList.toggle('pending', !!item.pending);
    if (item.role !== 'assistant') bubble.body.textContent = item.text;
    else if (item.text || item.done) become(bubble.body, markdown(item.done && !item.failed ? item.text : closed(item.text), cite(item)));
    else if (!bubble.body.querySelector('.dots')) bubble.body.replaceChildren(dots());
    become(bubble.extra, foot(item, this.act));
  }
}
