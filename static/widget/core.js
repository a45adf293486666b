/** Puts the parts together: line, outbox, timeline, panel, bubbles. */
import { Bubbles } from './bubbles.js';
import { Outbox } from './outbox.js';
import { Panel } from './panel.js';
import { Line } from './socket.js';
import { keep, recall } from './storage.js';
import strings from './strings.js';
import { Timeline } from './timeline.js';

const SLOW = 10000;
const LONG = 40000;
const LATE = 8000;
const AGAIN = 3000;
const BLINK = 1000; // a line that is back sooner is not worth a word

async function sheet(address) {
  const response = await fetch(address);
  if (!response.ok) throw Error(`${address}: ${response.status}`);
  return new CSSStyleSheet().replace(await response.text());
}

/** The widget runs, closed; returns what `Cx(name, …)` calls. */
export async function start({ host, root, button, label, base, key, locale, title }) {
  root.adoptedStyleSheets = [...await Promise.all([
    sheet(`${base}../shared/tokens.css`), sheet(`${base}widget.css`),
  ]), ...root.adoptedStyleSheets];
  const draft = `cx:${key}:draft`;
  const outbox = new Outbox(key);
  const troubles = new Map(); // id of a message -> why it was not taken
  let timeline = new Timeline();
  let conversation;
  let drawing;
  let blink;
  let unread = 0;

  const panel = new Panel({
    button, title, onSay: say, onDraft: (text) => keep(draft, text || null), onOpen,
  });
  const bubbles = new Bubbles(panel.said, { again: say, retry });
  const line = new Line({
    base, key, locale: locale || document.documentElement.lang || navigator.language,
    resume: () => timeline.resume(), onSession, onFrame, onState,
  });

  function tell(event, detail) {
    host.dispatchEvent(new CustomEvent(`cx:${event}`, { detail, bubbles: true, composed: true }));
  }

  function onOpen(open) {
    unread = 0;
    badge();
    try { // the next page of the site opens as this one was left
      if (open) sessionStorage[`cx:${key}:open`] = 1;
      else delete sessionStorage[`cx:${key}:open`];
    } catch { }
    tell(open ? 'open' : 'close');
  }

  function badge() {
    label((title || strings.chat) + (unread ? `, ${strings.unread(unread)}` : ''), unread || '');
  }

  function say(text) {
    const message = outbox.add(text);
    post(message);
    draw(true);
    tell('sent', message);
  }

  function post({ id, text }) {
    line.send({ type: 'message.send', id, text });
  }

  function retry({ key: id, text }) {
    if (troubles.delete(id)) {
      outbox.remove(id);
      return say(text);
    }
    const message = outbox.waiting.find((one) => one.id === id);
    Object.assign(message, { held: false, at: Date.now() });
    line.hurry();
    post(message);
    return draw();
  }

  function onSession(session) {
    if (conversation && conversation !== session.conversation) timeline = new Timeline();
    conversation = session.conversation;
    panel.configure(session.config);
  }

  function onFrame(frame) {
    if (frame.type === 'event' || frame.type === 'delta') {
      if (timeline.misses(frame)) return line.again();
      if (frame.type === 'delta') timeline.delta(frame);
      else if (timeline.event(frame)) heard(frame.data);
    } else if (frame.type === 'ack') outbox.remove(frame.id);
    else if (frame.type === 'ready') {
      outbox.waiting.filter(({ id, held }) => !held && !troubles.has(id)).forEach(post);
      tell('ready');
    } else if (frame.type === 'error') refused(frame);
    return draw();
  }

  function heard(data) {
    if (data.client_id) outbox.remove(data.client_id);
    if (data.role === 'visitor' || !line.ready) return;
    panel.announce(`${strings[data.role] || strings.assistant}: ${data.partial || ''} ${data.text}`);
    if (panel.node.hidden) {
      unread++;
      badge();
    }
    tell('received', data);
  }

  function refused({ code, text, id }) {
    tell('error', { code, text });
    if (code === 'not_now') setTimeout(() => outbox.waiting.filter((one) => one.id === id).forEach(post), AGAIN);
    else if (id) troubles.set(id, text);
  }

  function onState(state) {
    clearTimeout(blink);
    if (state === 'reconnecting') blink = setTimeout(() => panel.say(strings[state]), BLINK);
    else panel.say(strings[state]);
  }

  function items() {
    const now = Date.now();
    for (const item of timeline.live.values()) {
      const waits = item.text ? 0 : now - item.since;
      item.slow = waits > LONG ? strings.long : waits > SLOW && strings.stillWorking;
    }
    const waiting = outbox.waiting.map(({ id, text, at }) => ({
      key: id, role: 'visitor', text, at, pending: true,
      trouble: troubles.get(id) || (now - at > LATE && strings.notSent),
    }));
    return [...timeline.said, ...timeline.live.values(), ...waiting];
  }

  /** At most once a frame, however many pieces come. */
  function draw(own) {
    if (own) panel.stick = true;
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      const list = items();
      panel.openers.hidden = list.length;
      panel.change(() => bubbles.show(list), panel.stick);
      panel.stick = false;
    });
  }

  const clock = setInterval(() => (timeline.live.size || outbox.waiting.length) && draw(), 1000);
  panel.prefill(recall(draft) || '');
  root.append(panel.node);
  badge();
  line.open();
  draw();

  return {
    open: (quietly) => panel.open(quietly),
    close: () => panel.close(),
    toggle: () => (panel.node.hidden ? panel.open() : panel.close()),
    send: say,
    prefill: (text) => panel.prefill(text),
    destroy: () => {
      clearInterval(clock);
      line.close();
    },
  };
}
