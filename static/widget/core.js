/** Puts the parts together: line, outbox, timeline, panel, bubbles. */
import { Bubbles } from './bubbles.js';
import { Outbox } from './outbox.js';
import { Panel } from './panel.js';
import { Line } from './socket.js';
import strings from './strings.js';
import { Timeline } from './timeline.js';

const SLOW = 10000;
const AGAIN = 3000;

/** The widget runs; returns what `Cx(name, …)` calls. */
export async function start({ host, root, button, base, key, locale, theme, position, title }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await (await fetch(`${base}widget.css`)).text());
  root.adoptedStyleSheets.push(sheet);
  host.dataset.theme = theme;
  host.dataset.position = position;

  const outbox = new Outbox(key);
  const listeners = {};
  const troubles = new Map();
  let timeline = new Timeline();
  let conversation = null;
  let drawing = 0;

  const tell = (event, detail) => (listeners[event] || []).forEach((listener) => listener(detail));
  const panel = new Panel({
    root, button, key, title, onSay: say, onOpen: (open) => tell(open ? 'open' : 'close'),
  });
  const bubbles = new Bubbles(panel.said, {
    again: say,
    retry: ({ key: id, text }) => {
      troubles.delete(id);
      outbox.remove(id);
      say(text);
    },
  });
  const line = new Line({
    base, key, locale: locale || document.documentElement.lang || navigator.language,
    resume: () => timeline.resume(), onSession, onFrame, onState,
  });

  function say(text) {
    const message = outbox.add(text);
    post(message);
    draw(true);
    tell('message:sent', { text });
  }

  function post({ id, text }) {
    line.send({ type: 'message.send', id, text });
  }

  function onSession(session) {
    if (conversation && conversation !== session.conversation) timeline = new Timeline();
    conversation = session.conversation;
    panel.configure(session.config, say);
  }

  function onFrame(frame) {
    if (frame.type === 'event' && timeline.event(frame)) heard(frame);
    else if (frame.type === 'delta') timeline.delta(frame);
    else if (frame.type === 'ack') outbox.remove(frame.id);
    else if (frame.type === 'ready') outbox.waiting.forEach(post);
    else if (frame.type === 'error' && frame.id) refused(frame);
    draw();
  }

  function heard({ kind, data }) {
    if (data.client_id) outbox.remove(data.client_id);
    if (kind === 'message' || !line.ready) return;
    panel.announce(`${strings.assistant}: ${data.partial ?? ''}${data.text}`);
    tell('message:received', data);
  }

  function refused({ code, text, id }) {
    if (code === 'not_now') setTimeout(() => outbox.waiting.filter((one) => one.id === id).forEach(post), AGAIN);
    else troubles.set(id, text);
  }

  function onState(state) {
    panel.say({ open: '', refused: strings.unavailable }[state] ?? strings[state]);
    tell(state === 'open' ? 'online' : 'offline');
  }

  function items() {
    const waiting = outbox.waiting.map(({ id, text }) => ({
      key: id, role: 'visitor', text, pending: true, trouble: troubles.get(id),
    }));
    return [...timeline.said, ...timeline.live.values(), ...waiting];
  }

  /** At most once a frame, however many pieces come. */
  function draw(own) {
    if (own) panel.stick = true;
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      for (const item of timeline.live.values()) item.slow = Date.now() - item.since > SLOW;
      const list = items();
      panel.change(() => bubbles.show(list), panel.stick);
      panel.stick = false;
      panel.openers.hidden = list.length > 0;
    });
  }

  const slow = setInterval(() => timeline.live.size && draw(), 1000);
  line.open();
  draw();
  tell('ready');

  const calls = {
    open: () => panel.open(),
    close: () => panel.close(),
    toggle: () => (panel.node.hidden ? panel.open() : panel.close()),
    send: (text) => say(String(text)),
    prefill: (text) => panel.prefill(String(text)),
    on: (event, listener) => (listeners[event] ||= []).push(listener),
    off: (event, listener) => (listeners[event] = (listeners[event] || []).filter((one) => one !== listener)),
    destroy: () => {
      clearInterval(slow);
      line.close();
      host.remove();
    },
  };
  return (name, ...args) => calls[name]?.(...args);
}
