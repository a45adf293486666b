/** The line to the server, opened again when it breaks. */
import { keep, recall } from './storage.js';

const PING = 15000;
const PONG = 10000;
const LATCH = 2; // sockets that never opened, before the other way is taken

export class Line {
  constructor(given) {
    Object.assign(this, given, { tries: 0, shut: 0 });
    addEventListener('online', () => this.hurry());
    addEventListener('visibilitychange', () => document.hidden || this.hurry());
    addEventListener('offline', () => this.socket && this.lost());
  }

  async open() {
    clearTimeout(this.timer);
    if (this.over || this.socket || this.opening) return;
    this.opening = true;
    try {
      this.session ||= await this.enter();
      if (this.shut >= LATCH && !this.Way) ({ Way: this.Way } = await this.more('events'));
      this.connect();
    } catch (error) {
      this.later(error === true);
    }
    this.opening = false;
  }

  send(frame) {
    this.ready && this.socket.send(JSON.stringify(frame));
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

  address(path) {
    return new URL(`../../widget/${path}`, this.base);
  }

  async enter() {
    const name = `cx:${this.key}`;
    const facts = this.facts;
    const response = await fetch(this.address('session'), {
      method: 'POST', // without headers, so that no browser asks first
      body: JSON.stringify({ key: this.key, token: this.token ??= recall(name), locale: this.locale, page: location.href, context: this.data.context, ...facts }),
      signal: AbortSignal.timeout(PONG),
    });
    const session = await response.json();
    if (facts === this.facts) this.facts = null; // a user's token opens once
    if (!session.token) {
      console.error(session);
      if (session.puzzle) await (await this.more('puzzle')).run(this, session);
      throw response.status < 429 && !facts?.user_jwt; // true is for good
    }
    keep(name, this.token = session.token);
    this.onSession(session);
    return session;
  }

  /** With a socket, or what behaves as one. */
  connect() {
    if (this.over) return;
    const socket = this.Way ? new this.Way(this) : new WebSocket(this.session.socket, ['cx.v1', `ticket.${this.session.ticket}`]);
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
        this.tries = this.since = this.shut = 0;
        this.onState('online');
      }
      this.onFrame(frame);
    };
    socket.onclose = ({ code }) => {
      if (!opened) {
        this.session = this.Way = null; // the ticket may be old
        this.shut += navigator.onLine;
      }
      if (socket === this.socket) this.lost(code);
    };
  }

  ping() {
    this.send({ type: 'ping' });
    this.dead ||= setTimeout(() => this.lost(), PONG);
  }

  drop() {
    const socket = this.socket;
    this.socket = this.ready = null;
    clearTimeout(this.pulse);
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
    this.over ||= never;
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
