/** The widget runs: what is said is kept, sent, heard and put in order. */
import { Bubbles } from './bubbles.js';
import { el } from './dom.js';
import { Line } from './line.js';
import { Outbox } from './outbox.js';
import { Panel } from './panel.js';
import { keep, recall } from './storage.js';
import { choose, fill, speak, strings } from './strings.js';
import { Timeline } from './timeline.js';
import look from 'look.css'; // every style, packed by the build

const SLOW = 10000;
const BLINK = 1000; // not worth a word
const DRESSED = /"(avatar|privacy|upload|hours|proactive|position":"start|color":"#(?!0f5f6b))/; // what few tenants set
const PACED = /send|again/; // these make the bot write

/** Closed at first; returns what Cx can do. */
export async function start(given) {
  const { host, root, button, label, base, data } = given;
  const { key, title = '' } = data;
  const inline = !!data.container;
  const lang = choose([data.locale, document.documentElement.lang, ...navigator.languages]);
  const sheet = new CSSStyleSheet();
  await Promise.all([speak(lang, `${base}locales/`), sheet.replace(look)]);
  root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet];
  if (inline) await import(`${base}inline.js`).then(({ paint }) => paint(root));
  const draft = `cx:${key}:draft`;
  const outbox = new Outbox(key);
  let timeline = new Timeline();
  let conversation;
  let caughtUp; // what comes before is history
  let drawing;
  let blink;
  let loading;
  let unread = 0;
  let tellAgain = 0; // when a wait may be announced

  const act = {
    say,
    again: (reply) => put({ type: 'reply.again', reply }),
    stop: (reply) => put({ type: 'reply.stop', id: reply, reply }), // its end names no other id
    person: () => put({ type: 'person.ask' }),
    draft: wrote,
    opened,
    more,
    rich,
    post,
  };
  const panel = new Panel({ button, title, lang, inline, dir: lang === 'ar' ? 'rtl' : 'ltr' }, act);
  panel.say = data.greeting;
  const bubbles = new Bubbles(panel.said, act);
  const line = new Line({
    base, key, data, locale: lang, facts: data.identify && { user_jwt: data.identify },
    more: (name) => import(`${base}${name}.js`),
    resume: () => timeline.resume(), onSession, onFrame, onState,
  });
  // What is loaded later needs.
  // `due`: when the server takes messages again; `pause`: says so.
  const kit = { panel, act, line, outbox, data, root, host, lang, base, strings, tell, draw, due: 0 };

  function tell(event, detail) {
    host.dispatchEvent(new CustomEvent(`cx:${event}`, { detail, bubbles: true }));
  }

  /** What few use comes when it is used. */
  async function more(name, ...given) {
    try {
      await (await import(`${base}more.js`)).run(name, kit, ...given);
    } catch (error) {
      panel.note(strings.failed);
      console.error(error);
    }
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
    label((title || strings.chat) + (unread ? `, ${fill('unread', unread)}` : ''), unread || '');
    tell('unread', unread);
  }

  /** The yes that an action waits for is sent under its id: twice is once. */
  function say(text) {
    const { yes, action: id } = timeline.offers;
    tell('message:sent', put({ type: 'message.send', text, ...(text === yes && { id }) }));
  }

  function put(frame) {
    const entry = outbox.find(frame.id) || outbox.add(frame);
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
    return kit.due > Date.now() && PACED.test(type);
  }

  function flush() {
    for (const entry of outbox.waiting) {
      if (!(entry.held || entry.seq || entry.trouble || paused(entry))) post(entry);
    }
  }

  function wrote(text) {
    keep(draft, text || null);
    if (timeline.answers) more('typing', text);
  }

  /** Plain for the moment that it takes to load. */
  function rich(text) {
    loading ||= line.more('rich').then((loaded) => {
      act.rich = loaded.render;
      loaded.paint(root);
      bubbles.shown.forEach((one) => { one.face = 0; });
      draw();
    });
    return el('p', null, text);
  }

  function onSession(session) {
    const { config } = session;
    Object.assign(strings, config.texts);
    if (conversation !== session.conversation) {
      ({ conversation } = session);
      timeline = new Timeline();
      caughtUp = false;
    }
    kit.config = config;
    panel.configure(config);
    if (DRESSED.test(JSON.stringify(config))) more('dress');
  }

  function onFrame(frame) {
    const { type } = frame;
    if (type === 'event' || type === 'delta') {
      if (timeline.misses(frame)) return line.again();
      if (type === 'delta') {
        if (timeline.live.get(frame.reply)?.length === 0) tell('message:start', frame);
        timeline.delta(frame);
      } else if (timeline.event(frame)) heard(frame);
    } else if (type === 'snapshot') timeline = new Timeline(frame.seq, frame.state);
    else if (type === 'ack') {
      outbox.taken(frame.id, frame.seq);
      kit.pause = null;
      tell('message:ack', frame);
    } else if (type === 'error') more('refused', frame);
    else if (type === 'ready') {
      caughtUp = true;
      flush();
      tell(type);
      if (!timeline.seq && kit.config.prechat) more('prechat');
    } else if (type === 'presence') more(type, frame);
    else timeline.passing(frame);
    outbox.settle(timeline.seq);
    return draw();
  }

  function heard({ kind, data }) {
    outbox.taken(data.client_id || data.reply, 0);
    if (!caughtUp) return;
    if (/person|bot/.test(kind)) more('handed', kind, timeline.said.at(-1).text);
    if (data.role === 'visitor' || data.text == null) return;
    const words = `${data.partial || ''} ${data.text}`.trim().replace(/\[\d+\]|\]\([^)]*\)|[*`#[]/g, '');
    panel.tell(kind === 'reply.stopped' ? strings.stopped : `${data.name || strings[data.role] || strings.assistant}: ${words}`);
    if (panel.node.hidden) unread++;
    badge();
    tell('message:received', data);
  }

  function onState(state) {
    clearTimeout(blink);
    blink = setTimeout(() => panel.note(strings[state]), state === 'connecting' && BLINK);
    if (state !== 'connecting') tell(state);
  }

  function asked() {
    return timeline.person || outbox.waiting.some(({ type }) => type === 'person.ask');
  }

  /** How far it is on its way to the server. */
  function status({ id: entry, type, seq, trouble, at }) {
    if (seq) return {};
    const now = Date.now();
    trouble ||= now - Math.max(at, kit.due) > SLOW && strings.notSent;
    const wait = !trouble && PACED.test(type) && kit.pause?.();
    return { entry, pending: true, wait, trouble };
  }

  function items() {
    const now = Date.now();
    const bot = !asked();
    const list = timeline.items();
    for (const item of list) {
      const { key: name, text, done, failed, since, kind } = item;
      const place = kind === 'person.asked' ? timeline.place : text || done ? null : item.place;
      const waited = done ? 0 : now - since;
      const newest = bot && done && name === timeline.newest;
      const entry = outbox.waiting.find((one) => one.type === 'reply.again' && one.reply === name);
      item.wait = place ? fill('place', place) : place === 0 ? strings.next : waited > SLOW && strings.stillWorking;
      item.again = newest && !entry && (done === 'reply.done' ? strings.another : strings.tryAgain);
      item.person = bot && (waited > SLOW || (newest && failed));
      Object.assign(item, { pending: false, trouble: '' }, entry && status(entry));
    }
    const { wait } = [...timeline.live.values()][0] || {};
    if (wait && wait !== panel.voice.textContent && now > tellAgain) {
      tellAgain = now + SLOW;
      panel.tell(wait);
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
        panel.offer(panel.offers, timeline.offers);
        panel.offers.hidden = asked() || outbox.waiting.length || !timeline.offers.length;
        panel.person.hidden = asked();
        panel.byline.textContent = panel.here || timeline.answers || strings.ai;
        panel.reply = [...timeline.live.keys()].find((reply) => !outbox.find(reply));
        panel.arm();
      }, panel.stick);
      panel.stick = false;
    });
  }

  const clock = setInterval(() => {
    if (kit.due && kit.due < Date.now()) {
      kit.due = 0;
      flush();
    }
    if (timeline.live.size + outbox.waiting.length || timeline.typing) draw();
  }, 1000);
  root.append(panel.node);
  panel.prefill(recall(draft) || '');
  badge();
  onState('connecting');
  line.open();
  draw();
  if (inline) panel.open(true);

  return {
    open: (quietly) => panel.open(quietly),
    close: () => panel.close(),
    send: say,
    prefill: (text) => panel.prefill(text),
    identify: (jwt) => more('identify', jwt),
    context: () => line.enter().catch(() => 0),
    logout: () => more('logout'),
    again: async (destroyed) => {
      const open = !panel.node.hidden;
      clearInterval(clock);
      line.close();
      panel.node.remove();
      const next = !destroyed && await start(given);
      if (open && next) next.open();
      return next;
    },
  };
}
