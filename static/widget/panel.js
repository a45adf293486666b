/** The panel's own parts: head, log, status line, composer. */
import { keep, recall } from './storage.js';
import strings from './strings.js';

const NEAR = 40; // pixels from the end within which the log sticks to it

const FRAME = `
<section class="panel" role="dialog" aria-labelledby="title" hidden>
  <header><h2 id="title"></h2><button type="button" class="close">×</button></header>
  <div class="log" role="log" aria-live="off" tabindex="0">
    <p class="greeting"></p><div class="said"></div><div class="openers"></div>
  </div>
  <button type="button" class="fresh" hidden></button>
  <p class="status" role="status" hidden></p>
  <form><textarea rows="1" enterkeyhint="send"></textarea><small class="left" hidden></small>
    <button type="submit" class="send"></button></form>
  <footer></footer>
  <p class="unseen" role="status" aria-live="polite"></p>
</section>`;

export class Panel {
  constructor({ root, button, key, title, onSay, onOpen }) {
    // Our own fixed text; nothing of a visitor, a model or a tenant is in it.
    const parsed = new DOMParser().parseFromString(FRAME, 'text/html');
    this.node = root.appendChild(document.importNode(parsed.body.firstElementChild, true));
    Object.assign(this, { button, onSay, onOpen, draft: `cx:${key}:draft`, most: 4000 });
    const $ = (selector) => this.node.querySelector(selector);
    Object.assign(this, {
      log: $('.log'), said: $('.said'), greeting: $('.greeting'), openers: $('.openers'),
      fresh: $('.fresh'), status: $('.status[role]'), form: $('form'), text: $('textarea'),
      left: $('.left'), foot: $('footer'), voice: $('.unseen'), heading: $('h2'),
    });
    this.heading.textContent = title || '';
    $('.close').setAttribute('aria-label', strings.close);
    $('.send').textContent = strings.send;
    this.fresh.textContent = strings.newMessages;
    this.text.placeholder = strings.compose;
    this.text.setAttribute('aria-label', strings.compose);
    this.text.value = recall(this.draft) || '';
    $('.close').onclick = () => this.close();
    this.fresh.onclick = () => this.toEnd();
    this.log.onscroll = () => this.sticks() && (this.fresh.hidden = true);
    this.node.onkeydown = (event) => this.key(event);
    this.text.oninput = () => this.typed();
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
  }

  /** Title, greeting and openers are those of the tenant. */
  configure({ title, greeting, openers, demo, max_characters: most }, act) {
    this.heading.textContent ||= title;
    this.most = most;
    this.greeting.textContent = greeting;
    this.foot.textContent = demo ? strings.demoDisclosure : strings.disclosure;
    this.openers.replaceChildren(...openers.map((opener) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = opener;
      button.onclick = () => act(opener);
      return button;
    }));
  }

  open() {
    this.node.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    // On a phone the panel covers the page: then, and only then, the page waits.
    this.node.setAttribute('aria-modal', String(matchMedia('(max-width: 480px)').matches));
    this.text.focus();
    this.toEnd();
    this.onOpen(true);
  }

  close() {
    this.node.hidden = true;
    this.button.setAttribute('aria-expanded', 'false');
    this.button.focus();
    this.onOpen(false);
  }

  /** Changes what the log shows, and stays at its end if it was there. */
  change(update, own) {
    const stuck = own || this.sticks();
    update();
    if (stuck) this.toEnd();
    else this.fresh.hidden = false;
  }

  /** Spoken once, when an answer is finished. */
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
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && event.target === this.text && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === 'Tab' && this.node.getAttribute('aria-modal') === 'true') this.trap(event);
    event.stopPropagation(); // a shop's own shortcuts must not fire while somebody writes
  }

  trap(event) {
    const stops = [...this.node.querySelectorAll('button,textarea,a,summary,[tabindex]')].filter((one) => one.offsetParent);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (event.target !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }

  typed() {
    const length = [...this.text.value].length;
    this.left.hidden = length < this.most * 0.8;
    this.left.textContent = strings.left(this.most - length);
    this.left.classList.toggle('over', length > this.most);
    keep(this.draft, this.text.value || null);
  }

  prefill(text) {
    this.text.value = text;
    this.typed();
  }

  submit() {
    const text = this.text.value.trim();
    if (!text || [...text].length > this.most) return;
    this.prefill('');
    this.onSay(text);
  }
}
