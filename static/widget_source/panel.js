/** Head, log, status line, composer. */
import { el, press, sign, tool } from './dom.js';
import { strings } from './strings.js';

const NEAR = 40; // pixels from the end
const PHONE = matchMedia('(max-width: 480px)');

export class Panel {
  /** Inline it has neither a launcher nor a way to close. */
  constructor({ button, title, dir, lang, inline }, act) {
    Object.assign(this, { button, act, inline, most: Infinity });
    this.heading = el('h2', { id: 'title' }, title);
    this.byline = el('p', null, strings.ai);
    this.face = el('span.face', { 'aria-hidden': 'true' });
    this.status = el('p.status', { role: 'status' });
    this.greeting = el('p.bubble', { dir: 'auto' });
    this.openers = el('div.openers', null);
    this.said = el('div.said', null);
    this.offers = el('div.openers', { hidden: true });
    this.log = el('div.log', { role: 'log', 'aria-live': 'off', tabindex: 0, 'aria-label': strings.log },
      this.greeting, this.openers, this.said, this.offers);
    this.newer = press('fresh', strings.newMessages, () => this.toEnd(), { hidden: true });
    this.text = el('textarea', { rows: 1, dir: 'auto', enterkeyhint: 'send', placeholder: strings.compose, 'aria-label': strings.compose });
    this.send = press('send', '', (event) => this.pressed(event));
    this.person = press('text', strings.person, act.person);
    this.footer = el('footer', null, el('span', null, strings.disclosure), this.person);
    this.voice = el('p.unseen', { role: 'status' });
    this.inside = el('div.inside', { dir, lang },
      el('header', null, this.face, el('div', null, this.heading, this.byline),
        tool('menu', strings.menu, () => act.more('menu')),
        inline ? '' : tool('close', strings.close, () => this.close())),
      this.status, this.log, this.newer, el('form', null, this.text, this.send), this.footer, this.voice);
    this.node = el('section.panel', { role: inline ? 'region' : 'dialog', 'aria-labelledby': 'title', hidden: !inline }, this.inside);
    this.log.onscroll = () => this.sticks() && (this.newer.hidden = true);
    this.node.onkeydown = (event) => this.key(event);
    this.text.oninput = () => this.typed();
  }

  configure({ title, greeting, openers = [], max_characters: most }) {
    this.heading.textContent ||= title;
    this.most = most;
    this.greeting.textContent = this.say || greeting;
    this.face.textContent = [...this.heading.textContent.trim()][0];
    this.offer(this.openers, openers);
  }

  /** Questions that a press asks. */
  offer(place, questions) {
    const face = questions.join('\n');
    if (place.face === face) return;
    place.face = face;
    place.replaceChildren(...questions.map((one) => press('opener', one, () => this.act.say(one), { dir: 'auto' })));
  }

  /** Quietly: the focus stays. */
  open(quietly) {
    this.node.hidden = false;
    this.button.ariaExpanded = true;
    if (!this.inline) this.node.ariaModal = PHONE.matches;
    if (!quietly) this.text.focus();
    this.typed();
    this.toEnd();
    this.act.opened(true);
  }

  close() {
    if (this.inline) return;
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
    else if (this.log.scrollHeight > height) this.newer.hidden = false;
  }

  note(text) {
    this.status.textContent = text || '';
  }

  /** A screen reader is told, once. */
  tell(text) {
    this.voice.textContent = text;
  }

  sticks() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.newer.hidden = true;
  }

  key(event) {
    event.stopPropagation(); // the page's shortcuts
    if (event.isComposing || event.keyCode === 229) return; // Safari has only the second
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && event.target === this.text && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === 'Tab' && PHONE.matches) {
      const stops = [...this.inside.querySelectorAll(':is(button,textarea,a,[tabindex]):not([inert] *)')].filter((one) => one.offsetParent);
      const last = event.shiftKey ? 0 : -1;
      if (event.target !== stops.at(last)) return;
      event.preventDefault();
      stops.at(-1 - last).focus();
    }
  }

  typed() {
    const { text, most } = this;
    const stuck = this.sticks();
    const left = most - [...text.value.trim()].length;
    if (left < most / 5 || this.left) this.act.more('count', left, most);
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
    const does = text.value.trim() ? this.fits && 'send' : reply && 'stop';
    const face = does || 'send';
    this.does = does;
    if (send.ariaLabel !== strings[face]) send.replaceChildren(sign(face));
    send.ariaLabel = strings[face];
    send.ariaDisabled = !does; // a disabled one would lose the focus
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
