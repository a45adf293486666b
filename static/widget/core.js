/** What is said: kept, sent, heard, and put in order. */
import { Bubbles, Panel, strings } from './view.js';

const STALE = 600000; // older entries are not sent without asking
const PING = 15000;
const PONG = 10000;
const SLOW = 10000;
const BLINK = 1000; // not worth a word
const PACED = /send|again/; // these make the bot write

/** Token, draft and outbox are kept, where the browser lets us. */
function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** null forgets. */
function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch { }
}

/** What the server must have, sent again until it does. */
class Outbox {
  /** Each entry has its own name in the storage, so two tabs do not lose each other's. */
  constructor(key) {
    this.start = `cx:${key}:out:`;
    this.waiting = [];
    try {
      for (const name in localStorage) {
        if (name.startsWith(this.start)) this.waiting.push(JSON.parse(recall(name)));
      }
    } catch { }
    this.waiting.sort((one, other) => one.at - other.at);
    for (const entry of this.waiting) entry.held = Date.now() - entry.at > STALE;
  }

  /** Its id is the same for every try. */
  add(frame) {
    const entry = { id: newId(), ...frame, at: Date.now() };
    this.waiting.push(entry);
    keep(this.start + entry.id, JSON.stringify(entry));
    return entry;
  }

  find(id) {
    return this.waiting.find((entry) => entry.id === id);
  }

  /** The server has it as event `seq`, still to come. */
  taken(id, seq) {
    const entry = this.find(id);
    if (entry) entry.seq = seq;
    keep(this.start + id, null);
  }

  /** Events up to this one have come. */
  settle(seq) {
    this.waiting = this.waiting.filter((entry) => !(entry.seq <= seq));
  }
}

/** crypto.randomUUID is missing on pages without TLS. */
function newId() {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}

/** What was said and is being said, from the frames. */
export class Timeline {
  /** Begins after this event. */
  constructor(seq = 0) {
    this.seq = seq;
    this.said = seq ? [{ key: 0, role: 'system', text: strings.earlier }] : []; // in order
    this.live = new Map(); // reply id -> item being written
    this.ended = new Set(); // their ids
    this.newest = null; // reply to the newest question
    this.person = false; // a person answers or is asked for
  }

  resume() {
    const { key: reply, claim, length: offset } = [...this.live.values()].find((one) => one.length) || {};
    return { type: 'resume', after: this.seq, reply, claim, offset };
  }

  /** Something before this frame has not come. */
  misses({ type, seq, reply, claim, offset }) {
    if (type === 'event') return seq > this.seq + 1;
    const { claim: known = 0, length = 0 } = this.live.get(reply) || {};
    return !this.ended.has(reply) && claim >= known && offset > (claim === known ? length : 0);
  }

  /** False where it was there already. */
  event({ seq, kind, data }) {
    if (seq <= this.seq) return false;
    this.seq = seq;
    const { reply, role, instead, name } = data;
    if (kind === 'message') {
      this.said.push({ key: data.client_id || data.id, ...data });
      if (role === 'visitor') this.newest = reply;
      if (reply) this.begin(reply);
    } else if (kind === 'reply.again') {
      const old = this.said.find(({ key }) => key === instead);
      this.said = this.said.filter((one) => one !== old && one !== old?.was);
      this.newest = reply;
      this.begin(reply).was = old?.text ? old : old?.was; // stands again should this one say nothing
    } else if (/done|failed|stopped/.test(kind)) this.end(reply, kind, data);
    else if (strings[kind]) {
      this.person = kind !== 'bot.back';
      Object.assign(data, { role: 'system', text: strings[kind](name), name: null });
      this.said.push({ key: seq, ...data });
    }
    return true;
  }

  end(reply, kind, data) {
    const item = this.live.get(reply) || { key: reply };
    this.live.delete(reply);
    this.ended.add(reply);
    Object.assign(item, data, { role: 'assistant', done: kind });
    if ('partial' in data) Object.assign(item, { text: data.partial, failed: data.text });
    if (item.was && !item.text) this.said.push(item.was);
    this.said.push(item);
  }

  delta({ reply, claim, offset, text }) {
    if (this.ended.has(reply)) return;
    const item = this.live.get(reply) || this.begin(reply);
    if (claim < item.claim) return;
    if (claim > item.claim) Object.assign(item, { claim, text: '', length: 0 });
    const fresh = [...text].slice(item.length - offset);
    item.text += fresh.join('');
    item.length += fresh.length;
    item.since = Date.now();
  }

  begin(reply) {
    const item = { key: reply, role: 'assistant', text: '', claim: 0, length: 0, since: Date.now() };
    this.live.set(reply, item);
    return item;
  }
}

/** The line to the server, opened again when it breaks. */
class Line {
  constructor(given) {
    Object.assign(this, given, { tries: 0 });
    addEventListener('online', () => this.hurry());
    addEventListener('visibilitychange', () => document.hidden || this.hurry());
    addEventListener('offline', () => this.socket && this.lost());
  }

  async open() {
    clearTimeout(this.timer);
    if (this.opening || this.socket || this.over) return;
    this.opening = true;
    try {
      this.session ||= await this.enter();
      this.connect();
    } catch (error) {
      this.later(error.final);
    }
    this.opening = false;
  }

  send(frame) {
    if (this.ready) this.socket.send(JSON.stringify(frame));
  }

  /** Something is missing. */
  again() {
    this.send(this.resume());
    this.ready = false;
  }

  /** For good. */
  close() {
    this.over = true;
    this.drop();
  }

  async enter() {
    const name = `cx:${this.key}`;
    const response = await fetch(new URL('../../widget/session', this.base), {
      method: 'POST', // without headers, so that no browser asks first
      body: JSON.stringify({ key: this.key, token: this.token ??= recall(name), locale: this.locale }),
      signal: AbortSignal.timeout(PONG),
    });
    const session = await response.json();
    if (!response.ok) {
      console.error(session.text);
      throw { final: response.status < 429 };
    }
    keep(name, this.token = session.token);
    this.onSession(session);
    return session;
  }

  connect() {
    if (this.over) return;
    const socket = new WebSocket(this.session.socket, ['cx.v1', `ticket.${this.session.ticket}`]);
    let opened;
    this.socket = socket;
    this.ping(); // an answer is due
    socket.onopen = () => {
      opened = true;
      socket.send(JSON.stringify(this.resume()));
      this.pulse = setInterval(() => this.ping(), PING);
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      const frame = JSON.parse(data);
      this.dead = clearTimeout(this.dead);
      if (frame.type === 'ready') {
        this.ready = true;
        this.tries = this.since = 0;
        this.onState('open');
      }
      this.onFrame(frame);
    };
    socket.onclose = ({ code }) => {
      if (!opened) this.session = null; // the ticket may be old
      if (socket === this.socket) this.lost(code);
    };
  }

  ping() {
    this.send({ type: 'ping' });
    this.dead ||= setTimeout(() => this.lost(), PONG);
  }

  drop() {
    const { socket } = this;
    this.socket = this.ready = null;
    clearInterval(this.pulse);
    clearTimeout(this.timer);
    this.dead = clearTimeout(this.dead);
    socket?.close();
  }

  lost(code) {
    this.drop();
    this.later(code === 4400);
  }

  /** Jitter: a server that restarts is not met by all at once. */
  later(never) {
    if (never) this.close();
    this.onState(never ? 'refused' : navigator.onLine ? 'connecting' : 'offline');
    this.since ||= Date.now();
    const most = Math.min(Date.now() - this.since < 60000 ? 5000 : 30000, 500 * 2 ** this.tries++);
    this.timer = never || setTimeout(() => this.open(), Math.random() * most);
  }

  hurry() {
    if (this.ready) this.ping();
    else this.open();
  }
}

/** The widget runs, closed; returns what Cx can do. */
export async function start({ host, root, button, label, base, key, locale, title = '' }) {
  const sheets = ['../shared/tokens', 'widget'].map(async (name) => {
    const response = await fetch(`${base + name}.css`);
    if (!response.ok) throw Error(name);
    return new CSSStyleSheet().replace(await response.text());
  });
  root.adoptedStyleSheets.push(...await Promise.all(sheets));
  const draft = `cx:${key}:draft`;
  const outbox = new Outbox(key);
  let timeline = new Timeline();
  let conversation;
  let caughtUp; // what comes before is history
  let drawing;
  let blink;
  let unread = 0;
  let due = 0; // when the server takes messages again
  let pause = ''; // its words, % for the seconds
  let tellAgain = 0; // when a wait may be announced

  const act = {
    say,
    retry,
    again: (reply) => put({ type: 'reply.again', reply }),
    stop: (reply) => put({ type: 'reply.stop', id: reply, reply }), // its end names no other id
    person: () => put({ type: 'person.ask' }),
    draft: (text) => keep(draft, text || null),
    opened,
  };
  const panel = new Panel(button, title, act);
  const bubbles = new Bubbles(panel.said, act);
  const line = new Line({
    base, key, locale: locale || document.documentElement.lang || navigator.language,
    resume: () => timeline.resume(), onSession, onFrame, onState,
  });

  function tell(event, detail) {
    host.dispatchEvent(new CustomEvent(`cx:${event}`, { detail, bubbles: true }));
  }

  function opened(open) {
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
    tell('sent', put({ type: 'message.send', text }));
  }

  function put(frame) {
    const entry = outbox.add(frame);
    if (!paused(entry)) post(entry);
    panel.stick = true;
    draw();
    return entry;
  }

  function post(entry) {
    const { type, id, text, reply } = entry;
    entry.at = Date.now();
    line.send({ type, id, text, reply });
  }

  function paused({ type }) {
    return due > Date.now() && PACED.test(type);
  }

  function flush() {
    for (const entry of outbox.waiting) {
      if (!entry.held && !entry.seq && !entry.trouble && !paused(entry)) post(entry);
    }
  }

  function retry(id) {
    const entry = outbox.find(id);
    Object.assign(entry, { held: false, trouble: '' });
    line.hurry();
    post(entry);
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
      else if (timeline.event(frame)) heard(frame);
    } else if (type === 'queue') Object.assign(timeline.live.get(frame.reply) ?? {}, { place: frame.place });
    else if (type === 'snapshot') timeline = new Timeline(frame.seq);
    else if (type === 'ack') {
      outbox.taken(frame.id, frame.seq);
      pause = '';
    } else if (type === 'error') refused(frame);
    else if (type === 'ready') {
      caughtUp = true;
      flush();
      tell(type);
    }
    outbox.settle(timeline.seq);
    return draw();
  }

  function heard({ kind, data }) {
    outbox.taken(data.client_id || data.reply, 0);
    if (data.role === 'visitor' || data.text == null || !caughtUp) return;
    const words = `${data.partial || ''} ${data.text}`.trim().replace(/\[\d+\]|\]\([^)]*\)|[*`#[]/g, '');
    panel.voice.textContent = kind === 'reply.stopped' ? strings.stopped : `${data.name || strings[data.role] || strings.assistant}: ${words}`;
    if (panel.node.hidden) unread++;
    badge();
    tell('received', data);
  }

  function refused({ code, text, id, reply, after = 3 }) {
    const entry = outbox.find(id || reply);
    tell('error', { code, text });
    if (code === 'too_late') outbox.taken(id || reply, 0);
    else if (code === 'too_many' || code === 'not_now') {
      due = Date.now() + after * 1000;
      pause = text.replace(after, '%');
    } else if (entry) entry.trouble = text;
  }

  function onState(state) {
    clearTimeout(blink);
    blink = setTimeout(() => panel.say(strings[state]), state === 'connecting' && BLINK);
  }

  function asked() {
    return timeline.person || outbox.waiting.some(({ type }) => type === 'person.ask');
  }

  /** How far it is on its way to the server. */
  function status({ id: entry, type, seq, trouble, at }) {
    if (seq) return {};
    const now = Date.now();
    trouble ||= now - Math.max(at, due) > SLOW && strings.notSent;
    const wait = !trouble && PACED.test(type) && pause.replace('%', Math.max(0, Math.ceil((due - now) / 1000)));
    return { entry, pending: true, wait, trouble };
  }

  function items() {
    const now = Date.now();
    const bot = !asked();
    const list = [...timeline.said, ...timeline.live.values()];
    for (const item of list) {
      const { key, text, done, failed, place, since } = item;
      const waited = done ? 0 : now - since;
      const newest = bot && done && key === timeline.newest;
      const entry = outbox.waiting.find((one) => one.type === 'reply.again' && one.reply === key);
      item.wait = place != null && !text && !done ? strings.place(place) : waited > SLOW && strings.stillWorking;
      item.again = newest && !entry && (done === 'reply.done' ? strings.another : strings.tryAgain);
      item.person = bot && (waited > SLOW || (newest && failed));
      Object.assign(item, { pending: false, trouble: '' }, entry && status(entry));
    }
    const { wait } = list[timeline.said.length] || {};
    if (wait && wait !== panel.voice.textContent && now > tellAgain) {
      tellAgain = now + SLOW;
      panel.voice.textContent = wait;
    }
    const waiting = outbox.waiting.filter(({ reply }) => !reply).map((entry) => ({
      key: entry.id, role: entry.text ? 'visitor' : 'system', text: entry.text || strings.asking, ...status(entry),
    }));
    return [...list, ...waiting];
  }

  /** Once a frame, however many pieces come. */
  function draw() {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      const list = items();
      panel.openers.hidden = !caughtUp || list.length;
      panel.change(() => {
        bubbles.show(list);
        panel.footer.hidden = asked();
        panel.reply = [...timeline.live.keys()].find((reply) => !outbox.find(reply));
        panel.arm();
      }, panel.stick);
      panel.stick = false;
    });
  }

  const clock = setInterval(() => {
    if (due && due < Date.now()) {
      due = 0;
      flush();
    }
    if (timeline.live.size + outbox.waiting.length) draw();
  }, 1000);
  panel.prefill(recall(draft) || '');
  root.append(panel.node);
  badge();
  onState('connecting');
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
