/** The line to the server, opened again when it breaks; see chatbot/live/PROTOCOL.md. */
import { keep, recall } from './outbox.js';

const PING = 25000;
const PONG = 10000;
const LONGEST = 30000;

export class Line {
  constructor({ base, key, locale, resume, onSession, onFrame, onState }) {
    Object.assign(this, { key, locale, resume, onSession, onFrame, onState });
    this.address = new URL('../../widget/session', base);
    this.tries = 0;
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
    const response = await fetch(this.address, {
      method: 'POST', // without headers, so that no browser asks first
      body: JSON.stringify({ key: this.key, token: recall(name), locale: this.locale }),
      signal: AbortSignal.timeout(PONG),
    });
    const session = await response.json();
    if (!response.ok) {
      console.error(session.text);
      throw { final: response.status < 429 };
    }
    keep(name, session.token);
    this.onSession(session);
    return session;
  }

  connect() {
    if (this.over) return;
    const socket = new WebSocket(this.session.socket, ['cx.v1', `ticket.${this.session.ticket}`]);
    let opened;
    this.socket = socket;
    this.dead = setTimeout(() => this.lost(), PONG);
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
        this.tries = 0;
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
    this.onState(never ? 'refused' : navigator.onLine ? 'reconnecting' : 'offline');
    const most = Math.min(LONGEST, 500 * 2 ** this.tries++);
    this.timer = never || setTimeout(() => this.open(), Math.random() * most);
  }

  hurry() {
    if (this.ready) this.ping();
    else this.open();
  }
}
