/** Puts the parts together. */
import { Bubbles } from './bubbles.js';
import { keep, Outbox, recall } from './outbox.js';
import { Panel } from './panel.js';
import { Line } from './socket.js';
import strings from './strings.js';
import { Timeline } from './timeline.js';

const SLOW = 10000;
const AGAIN = 3000;
const BLINK = 1000; // not worth a word

async function sheet(address) {
  const response = await fetch(address);
  if (!response.ok) throw Error(address);
  return new CSSStyleSheet().replace(await response.text());
}

/** The widget runs, closed; returns what Cx can do. */
export async function start({ host, root, button, label, base, key, locale, title = '' }) {
  root.adoptedStyleSheets.push(...await Promise.all(['../shared/tokens', 'widget'].map((name) => sheet(`${base + name}.css`))));
  const draft = `cx:${key}:draft`;
  const outbox = new Outbox(key);
  const troubles = new Map(); // by id
  let timeline = new Timeline();
  let conversation;
  let caughtUp; // what comes before is history
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
    host.dispatchEvent(new CustomEvent(`cx:${event}`, { detail, bubbles: true }));
  }

  function onOpen(open) {
    unread = 0;
    badge();
    try { // for the next page
      sessionStorage[`cx:${key}:open`] = open ? 1 : '';
    } catch { }
    tell(open ? 'open' : 'close');
  }

  function badge() {
    label((title || strings.chat) + (unread ? `, ${strings.unread(unread)}` : ''), unread || '');
  }

  function say(text) {
    const message = outbox.add(text);
    post(message);
    panel.stick = true;
    draw();
    tell('sent', message);
  }

  function post({ id, text }) {
    line.send({ type: 'message.send', id, text });
  }

  function flush() {
    outbox.waiting.filter(({ id, held, taken }) => !held && !taken && !troubles.has(id)).forEach(post);
  }

  function retry({ key: id, text }) {
    if (troubles.delete(id)) { // refused: only a new id may be taken
      outbox.remove(id);
      return say(text);
    }
    const message = outbox.waiting.find((one) => one.id === id);
    Object.assign(message, { held: false, at: Date.now() });
    line.hurry();
    return post(message);
  }

  function onSession(session) {
    if (conversation !== session.conversation) {
      ({ conversation } = session);
      timeline = new Timeline();
      caughtUp = false;
    }
    panel.configure(session.config);
  }

  function onFrame(frame) {
    const { type } = frame;
    if (type === 'event' || type === 'delta') {
      if (timeline.misses(frame)) return line.again();
      if (type === 'delta') timeline.delta(frame);
      else if (timeline.event(frame)) heard(frame.data);
    } else if (type === 'ack') outbox.taken(frame.id);
    else if (type === 'error') refused(frame);
    else if (type === 'ready') {
      caughtUp = true;
      flush();
      tell(type);
    }
    return draw();
  }

  function heard(data) {
    if (data.client_id) outbox.remove(data.client_id);
    if (data.role === 'visitor' || !caughtUp) return;
    const words = `${data.partial || ''} ${data.text}`.trim().replace(/\[\d+\]|\]\([^)]*\)|[*`#[]/g, '');
    panel.announce(`${strings[data.role] || strings.assistant}: ${words}`);
    if (panel.node.hidden) unread++;
    badge();
    tell('received', data);
  }

  function refused({ code, text, id }) {
    tell('error', { code, text });
    if (code === 'not_now') setTimeout(flush, AGAIN);
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
      item.slow = !item.text && now - item.since > SLOW && strings.stillWorking;
    }
    const waiting = outbox.waiting.map(({ id, text, at, taken }) => ({
      key: id, role: 'visitor', text, at, pending: !taken,
      trouble: troubles.get(id) || (!taken && now - at > SLOW && strings.notSent),
    }));
    return [...timeline.said, ...timeline.live.values(), ...waiting];
  }

  /** Once a frame, however many pieces come. */
  function draw() {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      const list = items();
      panel.openers.hidden = !caughtUp || list.length;
      panel.change(() => bubbles.show(list), panel.stick);
      panel.stick = false;
    });
  }

  const clock = setInterval(() => timeline.live.size + outbox.waiting.length && draw(), 1000);
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
