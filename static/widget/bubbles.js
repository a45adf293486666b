/** One bubble for each thing said, changed in place so that nothing jumps. */
import { link, markdown } from './markdown.js';
import strings from './strings.js';

const make = (name, className, text = '') => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

const press = (text, action) => {
  const button = make('button', 'text', text);
  button.type = 'button';
  button.onclick = action;
  return button;
};

/** The small link of a citation mark. */
const cite = (item) => (mark) => {
  const source = item.citations?.find((one) => one.mark === mark);
  if (!source) return null;
  const sup = make('sup', '');
  sup.append(link(source.url || '#', `${mark}`));
  sup.title = source.title;
  return sup;
};

function sources(citations) {
  const list = make('ul', '');
  for (const { mark, title, url } of citations) {
    const entry = make('li', '', `${mark}. `);
    entry.append(url ? link(url, title) : title);
    list.append(entry);
  }
  const details = make('details', 'sources');
  details.append(make('summary', '', `${strings.sources} (${citations.length})`), list);
  return details;
}

function foot(item, act) {
  const nodes = [];
  if (item.citations?.length) nodes.push(sources(item.citations));
  if (item.failed) {
    nodes.push(make('p', 'sorry', item.failed));
    if (item.question) nodes.push(press(strings.tryAgain, () => act.again(item.question)));
  }
  if (item.demo) nodes.push(make('small', 'demo', strings.demo));
  if (item.trouble) {
    nodes.push(make('small', 'sorry', `${strings.notSent} ${item.trouble} `));
    nodes.push(press(strings.retry, () => act.retry(item)));
  }
  return nodes;
}

/** The bubbles of a log; `show` makes them say what the items say, in their order. */
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

  add(item) {
    const node = make('article', `bubble ${item.role}`);
    const who = { visitor: strings.you, staff: strings.staff }[item.role] || strings.assistant;
    const body = make('div', 'body');
    const extra = make('div', 'extra');
    node.append(make('span', 'unseen', `${who}: `), body, extra);
    const bubble = { node, body, extra };
    this.shown.set(item.key, bubble);
    return bubble;
  }

  fill(bubble, item) {
    const face = JSON.stringify([item.text, item.done, item.pending, item.trouble, item.slow]);
    if (bubble.face === face) return;
    bubble.face = face;
    bubble.node.classList.toggle('pending', !!item.pending);
    const waits = item.role === 'assistant' && !item.text && !item.failed;
    if (waits) bubble.body.replaceChildren(dots(), ...(item.slow ? [make('small', '', strings.stillWorking)] : []));
    else if (item.role === 'visitor') bubble.body.textContent = item.text;
    else bubble.body.replaceChildren(...markdown(item.text, cite(item)));
    if (item.failed && item.text) bubble.body.append(make('small', 'sorry', `— ${strings.interrupted}`));
    bubble.extra.replaceChildren(...foot(item, this.act));
  }
}

function dots() {
  const node = make('span', 'dots');
  node.setAttribute('role', 'img');
  node.setAttribute('aria-label', strings.thinking);
  node.append(make('i', ''), make('i', ''), make('i', ''));
  return node;
}
