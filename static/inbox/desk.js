/* The desk, live: what is said, written and typed comes by itself; forms do not leave the page.
   Without this script everything is still there after a reload. */

const talk = document.getElementById('content-main');
const $ = (id) => document.getElementById(id);
const PING_MS = 15000;
const TYPING_MS = 2500;
const SHOWN_MS = 5000;

function begin() {
  document.documentElement.classList.add('talk-scripted');
  keys();
  if (talk.dataset.newest === '1') {
    forms();
    new Live().open();
  }
}

/* ---- the line ---- */

class Live {
  seq = Number(talk.dataset.seq);
  shown = Number(talk.dataset.seq);
  texts = new Map();
  typing = new Map();
  here = new Map();
  wait = 500;
  typed = 0;

  open() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}${talk.dataset.socket}`, ['cx.v1']);
    this.socket = socket;
    socket.onopen = () => {
      this.wait = 500;
      this.send({ type: 'resume', after: this.seq });
      this.pings = setInterval(() => this.send({ type: 'ping' }), PING_MS);
    };
    socket.onmessage = ({ data }) => this.take(JSON.parse(data));
    socket.onclose = ({ code }) => {
      clearInterval(this.pings);
      if (code === 4403) return say('You may not read this any more.');
      say('Not live just now; trying again.');
      setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(this.wait * 2, 15000);
    };
    $('say')?.addEventListener('input', () => {
      if (this.socket === socket) this.type();
    });
    window.talkLive = this;
  }

  send(frame) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  type() {
    if (Date.now() - this.typed < TYPING_MS || !$('say').value) return;
    this.typed = Date.now();
    this.send({ type: 'typing' });
  }

  take(frame) {
    const { type } = frame;
    if (type === 'event') this.event(frame);
    else if (type === 'delta') this.delta(frame);
    else if (type === 'ready') {
      say('Live');
      this.seq = Math.max(this.seq, frame.seq);
      if (this.seq > this.shown) this.refresh();
    } else if (type === 'snapshot') {
      this.seq = frame.seq;
      this.refresh();
    } else if (type === 'typing') this.types(frame);
    else if (type === 'presence') this.present(frame);
  }

  event(frame) {
    this.seq = Math.max(this.seq, frame.seq);
    if (frame.kind === 'message') this.typing.delete(frame.data.role);
    this.signs();
    this.refresh();
  }

  delta({ reply, claim, offset, text }) {
    const known = this.texts.get(reply);
    const live = known && known.claim === claim ? known : { claim, points: [] };
    live.points.splice(offset, Infinity, ...text);
    this.texts.set(reply, live);
    const line = document.querySelector(`[data-reply="${CSS.escape(reply)}"]`);
    if (line) this.write(line, live);
    else this.refresh();
  }

  write(line, live) {
    let box = line.querySelector('.talk-text');
    if (!box) {
      box = document.createElement('div');
      box.className = 'talk-text';
      line.querySelector('.talk-bubble').append(box);
      line.querySelector('.talk-bubble > .talk-quiet')?.remove();
    }
    box.classList.add('talk-writing');
    box.textContent = live.points.join('');
  }

  /* One request for all that came in this moment. */
  refresh() {
    this.due ??= setTimeout(() => this.fetch(), 120);
  }

  async fetch() {
    this.due = undefined;
    if (this.asking) return this.refresh();
    this.asking = true;
    try {
      const url = new URL(talk.dataset.pieces, location.href);
      url.searchParams.set('after', this.shown);
      const answer = await fetch(url, { headers: { Accept: 'application/json' } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      this.put(await answer.json());
    } catch {
      setTimeout(() => this.refresh(), 1000);
    } finally {
      this.asking = false;
    }
  }

  put({ seq, head, acts, lines }) {
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 160;
    this.shown = Math.max(this.shown, seq);
    $('talk-head').innerHTML = head;
    keep($('talk-acts'), acts);
    const list = $('talk-lines');
    list.querySelector('.talk-empty')?.remove();
    for (const { id, reply, html } of lines) {
      const line = piece(html);
      const old = $(id) ?? (reply && list.querySelector(`[data-reply="${CSS.escape(reply)}"]`));
      if (old) {
        const open = old.querySelector('details.talk-details')?.open;
        if (open) line.querySelector('details.talk-details').open = true;
        old.replaceWith(line);
      } else list.append(line);
      const live = reply && this.texts.get(reply);
      if (live && line.querySelector('.talk-badge-running, .talk-badge-queued')) this.write(line, live);
    }
    if (atEnd) $('talk-signs').scrollIntoView({ block: 'nearest' });
  }

  types({ who, name }) {
    this.typing.set(who, { name, until: Date.now() + SHOWN_MS });
    this.signs();
    setTimeout(() => this.signs(), SHOWN_MS + 50);
  }

  present({ who, name, here }) {
    if (here) this.here.set(`${who}:${name}`, who === 'visitor' ? 'The visitor' : name);
    else this.here.delete(`${who}:${name}`);
    this.signs();
  }

  signs() {
    const now = Date.now();
    const said = [];
    for (const [who, { name, until }] of this.typing) {
      if (until > now) said.push(`${who === 'visitor' ? 'The visitor' : name} is writing…`);
    }
    if (!said.length && this.here.size) {
      const names = [...this.here.values()];
      said.push(`${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} here`);
    }
    const text = said.join(' ');
    if ($('talk-signs').textContent !== text) $('talk-signs').textContent = text;
  }
}

function say(text) {
  if ($('talk-live').textContent !== text) $('talk-live').textContent = text;
}

function piece(html) {
  const box = document.createElement('template');
  box.innerHTML = html.trim();
  return box.content.firstElementChild;
}

/* What has the focus keeps it where its form is still there. */
function keep(box, html) {
  const action = box.contains(document.activeElement) && document.activeElement.form?.action;
  const had = box.contains(document.activeElement);
  box.innerHTML = html;
  if (!had) return;
  const same = [...box.querySelectorAll('form')].find((form) => form.action === action);
  (same ?? box).querySelector('button')?.focus();
}

/* ---- forms ---- */

function forms() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.querySelector('#talk-draft')) draft(event, form);
    else if (talk.contains(form) && form.querySelector('[data-live]')) send(event, form);
  });
  $('say')?.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      $('say').form.requestSubmit();
    }
  });
}

async function post(form) {
  const answer = await fetch(form.action, {
    method: 'POST',
    body: new FormData(form),
    headers: { Accept: 'application/json' },
  });
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error ?? 'That did not arrive. Try again, or reload the page.');
  return data;
}

async function send(event, form) {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  fail('');
  try {
    await post(form);
    if (form.contains($('say'))) {
      $('say').value = '';
      form.elements.id.value = uuid();
      $('say').focus();
    }
    window.talkLive?.refresh();
  } catch (error) {
    fail(error.message);
  } finally {
    button.disabled = false;
  }
}

async function draft(event, form) {
  event.preventDefault();
  const button = form.querySelector('button');
  if (button.getAttribute('aria-busy') === 'true') return;
  const label = button.textContent;
  button.setAttribute('aria-busy', 'true');
  button.textContent = 'The bot is writing…';
  fail('');
  try {
    const { draft: pk } = await post(form);
    const url = new URL(`${pk}/`, new URL(form.action).href.split('?')[0]);
    for (let tries = 0; tries < 240; tries += 1) {
      await new Promise((done) => setTimeout(done, 500));
      const answer = await fetch(url, { headers: { Accept: 'application/json' } });
      const found = await answer.json();
      if (found.state === 'failed') throw new Error(`The bot could not suggest an answer: ${found.why}`);
      if (found.state === 'done') {
        const box = $('say');
        box.value = box.value.trim() ? `${box.value}\n\n${found.text}` : found.text;
        box.focus();
        return;
      }
    }
    throw new Error('No suggestion came; the workers are busy. Try again.');
  } catch (error) {
    fail(error.message);
  } finally {
    button.removeAttribute('aria-busy');
    button.textContent = label;
  }
}

function fail(text) {
  $('talk-error').textContent = text;
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/* ---- keys ---- */

function keys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest('input, textarea, select, [contenteditable], dialog')) {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    const key = { '[': 'k', ']': 'j' }[event.key] ?? event.key;
    if (key === '?') $('talk-keys').showModal();
    else if (key === 'r' && $('say')) {
      event.preventDefault();
      $('say').focus();
    } else if (/^[a-z]$/.test(key)) talk.querySelector(`[data-key="${key}"]`)?.click();
  });
}

if (talk?.dataset.socket) begin();
