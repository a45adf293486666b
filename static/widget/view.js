/** What the visitor sees. */
const NEAR = 40; // pixels from the end
const PHONE = matchMedia('(max-width: 480px)');

/** Every sentence of ours. */
export const strings = {
  chat: 'Chat',
  close: 'Close',
  compose: 'Write a message',
  send: 'Send',
  stop: 'Stop',
  log: 'Messages',
  visitor: 'You',
  assistant: 'Assistant',
  staff: 'Team',
  system: 'Note',
  thinking: 'Writing an answer',
  stillWorking: 'Still working on it…',
  place: (n) => (n ? `${n} before you` : 'You are next'),
  connecting: 'Connecting…',
  offline: 'You are offline. Messages go out when you are back.',
  refused: 'The chat is not available on this page.',
  notSent: 'Not sent.',
  retry: 'Retry',
  tryAgain: 'Try again',
  another: 'Try another answer',
  interrupted: 'Interrupted',
  stopped: 'Stopped',
  person: 'Talk to a person',
  asking: 'Asking for a person…',
  'person.asked': () => 'Somebody of the team will answer here.',
  'person.joined': (name) => `${name} joined`,
  'bot.back': () => 'The assistant answers again.',
  earlier: 'Earlier messages are not shown here.',
  sources: 'Sources',
  newMessages: 'New messages',
  demo: 'Demo model',
  disclosure: 'An AI assistant answers. It can be wrong.',
  left: (n) => (n < 0 ? `${-n} too many` : `${n} left`),
  unread: (n) => `${n} new`,
};

/** `name` is tag or tag.class; attributes of null or false are left out. */
function el(name, attributes, ...children) {
  const [tag, kind] = name.split('.');
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  for (const key in attributes) {
    if ((attributes[key] ?? false) !== false) made.setAttribute(key, attributes[key]);
  }
  made.append(...children);
  return made;
}

const INLINE = /\\([!-/:-@[-`{-~])|(`+)(.+?)\2|\*\*(.+?)\*\*|\*([^\s*](?:.*?[^\s*])?)\*|!\[([^\][]*)\]\([^)\s]*\)|\[([^\][]+)\]\(((?:[^()\s]|\([^()\s]*\))+)\)|\[(\d{1,2})\]|(https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef]+)/g;
const ITEM = /^(\s*)(?:[-*+]|(\d{1,3})[.)])\s+(.*)/;
const DIVIDER = /^[\s|:-]*-[\s|:-]*$/;
const SAFE = /^(https?:\/\/|mailto:|tel:|\/(?![/\\\s]))/i; // or a path on this site

/** Only its words where the address is not safe. */
function link(href, ...children) {
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

function inline(text, cite) {
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

/** `cite(mark)` gives the node of a citation, or nothing. */
function markdown(text, cite) {
  const blocks = [];
  const lines = text.split('\n');
  let lists = []; // each inside the one before
  let paragraph;
  let table;
  let code;
  const within = (name, words) => el(name, null, ...inline(words, cite));
  const row = (line, name) => el('tr', null, ...line.replace(/^\s*\||\|\s*$/g, '').split('|').map((cell) => within(name, cell.trim())));
  const block = (made) => {
    lists = [];
    paragraph = table = null;
    if (made) blocks.push(made);
  };
  lines.forEach((line, at) => {
    const item = ITEM.exec(line);
    if (line.trim().startsWith('```')) {
      block(!code && el('pre', { tabindex: 0 }, el('code')));
      code = code ? null : blocks.at(-1).firstChild;
    } else if (code) code.append(`${line}\n`);
    else if (table) {
      if (!line.includes('|')) block();
      else if (!DIVIDER.test(line)) table.append(row(line, 'td'));
    } else if (item) put(item);
    else if (/^[\s*_-]*$/.test(line)) block(); // nothing, or a rule
    else if (/^\s*#{1,6}\s/.test(line)) block(el('p', null, within('strong', line.replace(/^[\s#]+/, ''))));
    else if (line.includes('|') && lines[at + 1]?.includes('|') && DIVIDER.test(lines[at + 1])) {
      block(el('div.table', { tabindex: 0 }, el('table', null, row(line, 'th'))));
      table = blocks.at(-1).firstChild;
    } else if (paragraph) paragraph.append(el('br'), ...inline(line, cite));
    else {
      block(within('p', line));
      paragraph = blocks.at(-1);
    }
  });
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

function press(kind, text, action, attributes) {
  const button = el(`button.${kind}`, { type: 'button', ...attributes }, text);
  button.onclick = action;
  return button;
}

/** Head, log, status line, composer. */
export class Panel {
  constructor(button, title, act) {
    Object.assign(this, { button, act, most: Infinity });
    this.heading = el('h2', { id: 'title' }, title);
    this.demo = el('span', { hidden: true }, strings.demo);
    this.status = el('p.status', { role: 'status', hidden: true });
    this.greeting = el('p.bubble', { dir: 'auto', hidden: true });
    this.openers = el('div.openers', null);
    this.said = el('div.said', null);
    this.log = el('div.log', { role: 'log', 'aria-live': 'off', tabindex: 0, 'aria-label': strings.log },
      this.greeting, this.openers, this.said);
    this.fresh = press('fresh', strings.newMessages, () => this.toEnd(), { hidden: true });
    this.text = el('textarea', { rows: 1, dir: 'auto', enterkeyhint: 'send', placeholder: strings.compose, 'aria-label': strings.compose });
    this.left = el('small', { role: 'status' });
    this.send = press('send', '', (event) => this.pressed(event));
    this.footer = el('footer', null, strings.disclosure, ' ', press('text', strings.person, act.person));
    this.voice = el('p.unseen', { role: 'status' });
    this.node = el('section.panel', { role: 'dialog', 'aria-labelledby': 'title', hidden: true },
      el('header', null, this.heading, this.demo, press('close', '', () => this.close(), { 'aria-label': strings.close })),
      this.status, this.log, this.fresh, el('form', null, this.text, this.left, this.send), this.footer, this.voice);
    this.log.onscroll = () => this.sticks() && (this.fresh.hidden = true);
    this.node.onkeydown = (event) => this.key(event);
    this.text.oninput = () => this.typed();
  }

  configure({ title, greeting, openers, demo, max_characters: most }) {
    this.heading.textContent ||= title;
    this.most = most;
    this.greeting.textContent = greeting;
    this.greeting.hidden = !greeting;
    this.demo.hidden = !demo;
    this.openers.replaceChildren(...openers.map((opener) => press('opener', opener, () => this.act.say(opener), { dir: 'auto' })));
  }

  /** Quietly: the focus stays. */
  open(quietly) {
    this.node.hidden = false;
    this.button.ariaExpanded = true;
    this.node.ariaModal = PHONE.matches;
    if (!quietly) this.text.focus();
    this.typed();
    this.toEnd();
    this.act.opened(true);
  }

  close() {
    this.node.hidden = true;
    this.button.ariaExpanded = false;
    this.button.focus();
    this.act.opened(false);
  }

  /** Stays at the end if it was there; the focus of a button that goes stays here. */
  change(update, own) {
    const stuck = own || this.sticks();
    const height = this.log.scrollHeight;
    const held = this.node.querySelector('button:focus');
    update();
    if (held && !held.offsetParent) this.log.focus({ preventScroll: true });
    if (stuck) this.toEnd();
    else if (this.log.scrollHeight > height) this.fresh.hidden = false;
  }

  say(state) {
    this.status.textContent = state;
    this.status.hidden = !state;
  }

  sticks() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.fresh.hidden = true;
  }

  key(event) {
    event.stopPropagation(); // the page's shortcuts
    if (event.isComposing || event.keyCode === 229) return; // Safari has only the second
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && event.target === this.text && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === 'Tab' && PHONE.matches) this.trap(event);
  }

  trap(event) {
    const stops = [...this.node.querySelectorAll('button,textarea,a,[tabindex]')].filter((one) => one.offsetParent);
    if (event.shiftKey) stops.reverse();
    if (event.target !== stops.at(-1)) return;
    event.preventDefault();
    stops[0].focus();
  }

  typed() {
    const { text, most } = this;
    const stuck = this.sticks();
    const left = most - [...text.value.trim()].length;
    this.left.textContent = left < most / 5 ? strings.left(left) : '';
    this.fits = left >= 0;
    text.style.height = 0;
    text.style.height = `${text.scrollHeight}px`;
    if (stuck) this.toEnd();
    this.act.draft(text.value);
    this.arm();
  }

  /** The button sends, or stops `reply` while nothing is written. */
  arm() {
    const { text, send, reply } = this;
    this.does = text.value.trim() ? this.fits && 'send' : reply && 'stop';
    send.className = `send ${this.does}`;
    send.ariaLabel = strings[this.does] || strings.send;
    send.ariaDisabled = !this.does; // a disabled one would lose the focus
  }

  prefill(text) {
    this.text.value = text;
    this.typed();
  }

  /** A double click on Send does not stop. */
  pressed({ detail }) {
    if (this.does !== 'stop') this.submit();
    else if (detail < 2) this.act.stop(this.reply);
  }

  submit() {
    if (this.does !== 'send') return;
    const text = this.text.value.trim();
    this.prefill('');
    this.act.say(text);
  }
}

/** A number while the reply grows, then a link. */
const cite = (item) => (mark) => {
  const source = item.citations?.find((one) => one.mark === mark);
  if (source) return el('sup', { title: source.title }, link(source.url, mark));
  return item.done ? null : el('sup', null, mark);
};

const sources = (citations) => [
  el('strong', null, strings.sources),
  el('ol.sources', null, ...citations.map((source) => (
    el('li', { value: source.mark }, link(source.url, source.title), el('details', null, note(source.excerpt)))
  ))),
];

const note = (text) => el('small', null, text);

const dots = () => el('span.dots', { role: 'img', 'aria-label': strings.thinking }, el('i'), el('i'), el('i'));

function body(item) {
  if (item.role !== 'assistant') return [new Text(item.text)];
  if (!item.text && !item.done) return [dots(), note(item.wait || '')]; // a line, as the text will be
  return markdown(item.done === 'reply.done' ? item.text : closed(item.text), cite(item));
}

function foot(item, act) {
  const nodes = [];
  const offers = [];
  const cut = item.done === 'reply.stopped' ? strings.stopped : item.text && item.failed && strings.interrupted;
  if (cut) nodes.push(el('small.cut', null, cut));
  if (item.failed) nodes.push(el('p.sorry', null, item.failed));
  if (item.citations?.length) nodes.push(...sources(item.citations));
  if (item.demo) nodes.push(note(strings.demo));
  if (item.wait && (item.text || item.done)) nodes.push(note(item.wait));
  if (item.trouble) {
    const retry = press('text', strings.retry, () => act.retry(item.entry));
    nodes.push(el('span.sorry', null, item.trouble, ' ', retry));
  }
  if (item.again) offers.push(press('text', item.again, () => act.again(item.key)));
  if (item.person) offers.push(press('text', strings.person, act.person));
  if (offers.length) nodes.push(el('div', null, ...offers));
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

/** Changed in place so that nothing jumps. */
export class Bubbles {
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

  add({ key, role, name }) {
    const text = el('div.body', { dir: 'auto' });
    const extra = el('div.extra', null);
    const who = el(name ? 'strong' : 'span.unseen', null, `${name || strings[role]}: `);
    const bubble = { node: el('article', { class: `bubble ${role}` }, who, text, extra), text, extra };
    this.shown.set(key, bubble);
    return bubble;
  }

  fill(bubble, item) {
    const face = JSON.stringify(item);
    if (bubble.face === face) return;
    bubble.face = face;
    bubble.node.classList.toggle('pending', !!item.pending);
    become(bubble.text, body(item));
    become(bubble.extra, foot(item, this.act));
  }
}
