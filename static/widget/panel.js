/** The panel's own parts: head, log, status line, composer. */
import { el, press } from './dom.js';
import strings from './strings.js';

const NEAR = 40; // pixels from the end within which the log sticks to it
const PHONE = matchMedia('(max-width: 480px)');

export class Panel {
  /** `onSay(text)`, `onDraft(text)` and `onOpen(open)` hear what the visitor does. */
  constructor({ button, title, onSay, onDraft, onOpen }) {
    Object.assign(this, { button, onSay, onDraft, onOpen, most: Infinity });
    const say = { 'aria-label': strings.compose, placeholder: strings.compose };
    const name = (text) => ({ 'aria-label': text, title: text });
    this.heading = el('h2', { id: 'title' }, title);
    this.demo = el('span', { class: 'demo', hidden: true }, strings.demo);
    this.status = el('p', { class: 'status', role: 'status', hidden: true });
    this.greeting = el('p', { class: 'greeting bubble', dir: 'auto', hidden: true });
    this.openers = el('div', { class: 'openers' });
    this.said = el('div', { class: 'said' });
    this.log = el('div', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: 0, 'aria-label': strings.log },
      this.greeting, this.openers, this.said);
    this.fresh = press({ class: 'fresh', hidden: true }, strings.newMessages, () => this.toEnd());
    this.text = el('textarea', { rows: 1, dir: 'auto', enterkeyhint: 'send', ...say });
    this.left = el('small', { role: 'status' });
    this.send = press({ class: 'send', ...name(strings.send) }, '', () => this.submit());
    this.foot = el('footer');
    this.voice = el('p', { class: 'unseen', role: 'status' });
    this.node = el('section', { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: true },
      el('header', null, this.heading, this.demo, press({ class: 'close', ...name(strings.close) }, '', () => this.close())),
      this.status, this.log, this.fresh, el('form', null, this.text, this.left, this.send), this.foot, this.voice);
    this.log.onscroll = () => this.sticks() && (this.fresh.hidden = true);
    this.node.onkeydown = (event) => this.key(event);
    this.text.oninput = () => this.typed();
    this.typed();
  }

  /** Title, greeting and openers are those of the tenant. */
  configure({ title, greeting, openers, demo, max_characters: most }) {
    this.heading.textContent ||= title;
    this.most = most;
    this.greeting.textContent = greeting;
    this.greeting.hidden = !greeting;
    this.demo.hidden = !demo;
    this.foot.textContent = demo ? strings.demoDisclosure : strings.disclosure;
    this.openers.replaceChildren(...openers.map((opener) => press({ dir: 'auto' }, opener, () => this.onSay(opener))));
  }

  /** The panel is seen; focus goes to the composer unless the visitor is elsewhere. */
  open(quietly) {
    this.node.hidden = false;
    this.button.ariaExpanded = true;
    // On a phone the panel covers the page: then, and only then, the page waits.
    this.node.ariaModal = PHONE.matches;
    if (!quietly) this.text.focus();
    this.typed();
    this.toEnd();
    this.onOpen(true);
  }

  close() {
    this.node.hidden = true;
    this.button.ariaExpanded = false;
    this.button.focus();
    this.onOpen(false);
  }

  /** Changes what the log shows, and stays at its end if it was there. */
  change(update, own) {
    const stuck = own || this.sticks();
    const height = this.log.scrollHeight;
    update();
    if (stuck) this.toEnd();
    else if (this.log.scrollHeight > height) this.fresh.hidden = false;
  }

  /** Spoken once, when an answer is finished. */
  announce(text) {
    this.voice.textContent = '';
    setTimeout(() => { this.voice.textContent = text; }, 100); // the same words twice are news too
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
    event.stopPropagation(); // a shop's own shortcuts must not fire while somebody writes
    if (event.isComposing) return;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && event.target === this.text && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === 'Tab' && PHONE.matches) this.trap(event);
  }

  trap(event) {
    const stops = [...this.node.querySelectorAll('button:enabled,textarea,a,[tabindex]')].filter((one) => one.offsetParent);
    const [edge, other] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (event.target !== edge) return;
    event.preventDefault();
    other.focus();
  }

  typed() {
    const { text, most } = this;
    const left = most - [...text.value.trim()].length;
    this.left.textContent = left < most / 5 ? strings.left(left) : '';
    this.send.disabled = left < 0 || !text.value.trim();
    text.style.height = 0;
    text.style.height = `${text.scrollHeight}px`;
    this.onDraft(text.value);
  }

  prefill(text) {
    this.text.value = text;
    this.typed();
  }

  submit() {
    if (this.send.disabled) return;
    const text = this.text.value.trim();
    this.prefill('');
    this.onSay(text);
  }
}
