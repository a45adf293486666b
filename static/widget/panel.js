/** Head, log, status line, composer. */
import { el, press } from './dom.js';
import strings from './strings.js';

const NEAR = 40; // pixels from the end
const PHONE = matchMedia('(max-width: 480px)');

export class Panel {
  constructor({ button, title, onSay, onDraft, onOpen }) {
    Object.assign(this, { button, onSay, onDraft, onOpen, most: Infinity });
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
    this.send = press('send', '', () => this.submit(), { 'aria-label': strings.send });
    this.voice = el('p.unseen', { role: 'status' });
    this.node = el('section.panel', { role: 'dialog', 'aria-labelledby': 'title', hidden: true },
      el('header', null, this.heading, this.demo, press('close', '', () => this.close(), { 'aria-label': strings.close })),
      this.status, this.log, this.fresh, el('form', null, this.text, this.left, this.send), el('footer', null, strings.disclosure), this.voice);
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
    this.openers.replaceChildren(...openers.map((opener) => press('opener', opener, () => this.onSay(opener), { dir: 'auto' })));
  }

  /** Quietly: the focus stays. */
  open(quietly) {
    this.node.hidden = false;
    this.button.ariaExpanded = true;
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

  /** Stays at the end if it was there. */
  change(update, own) {
    const stuck = own || this.sticks();
    const height = this.log.scrollHeight;
    update();
    if (stuck) this.toEnd();
    else if (this.log.scrollHeight > height) this.fresh.hidden = false;
  }

  announce(text) {
    this.voice.textContent = text;
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
    const stops = [...this.node.querySelectorAll('button:enabled,textarea,a,[tabindex]')].filter((one) => one.offsetParent);
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
    this.send.disabled = left < 0 || !text.value.trim();
    text.style.height = 0;
    text.style.height = `${text.scrollHeight}px`;
    if (stuck) this.toEnd();
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
