/** The line to the server: opens a session and a socket, and opens them again when they break. */
import { keep, recall } from './storage.js';

const PING = 25000;
const PONG = 10000;
const LONGEST = 30000;

export class Line {
  /** `resume()` tells what was seen; `onSession`, `onFrame` and `onState` hear what comes. */
  constructor({ base, key, locale, resume, onSession, onFrame, onState }) {
    Object.assign(this, { key, locale, resume, onSession, onFrame, onState });
    this.address = new URL('../../widget/session', base);
    this.tries = 0;
    this.over = new AbortController();
    const on = (name, act) => addEventListener(name, act, { signal: this.over.signal });
    on('online', () => this.hurry());
    on('pageshow', () => this.hurry());
    on('visibilitychange', () => document.hidden || this.hurry());
    on('offline', () => this.socket && this.lost());
    on('pagehide', () => this.drop()); // a page with an open socket is not kept for "back"
  }

  /** The line opens, and stays open as far as the network lets it. */
  async open() {
    clearTimeout(this.timer);
    if (this.opening || this.socket || this.over.signal.aborted) return;
    this.opening = true;
    try {
      this.session ||= await this.enter();
      this.connect();
    } catch (error) {
      if (error.final) this.close('refused');
      else this.later();
    }
    this.opening = false;
  }

  /** The frame has left; where the line is not open nothing happens. */
  send(frame) {
    if (this.ready) this.socket.send(JSON.stringify(frame));
  }

  /** The server tells once more all that comes after what was seen. */
  again() {
    this.send(this.resume());
    this.ready = false;
  }

  /** The line is shut for good. */
  close(state) {
    this.over.abort();
    this.drop();
    if (state) this.onState(state);
  }

  async enter() {
    const name = `cx:${this.key}`;
    const response = await fetch(this.address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: this.key, token: recall(name), locale: this.locale }),
      signal: AbortSignal.timeout(PONG),
    });
    const session = await response.json();
    if (!response.ok) {
      console.error(session.text); // for whoever put the tag on the page
      throw { final: response.status < 429 };
    }
    keep(name, session.token);
    this.onSession(session);
    return session;
  }

  connect() {
    if (this.over.signal.aborted) return;
    const socket = new WebSocket(this.session.socket, ['cx.v1', `ticket.${this.session.ticket}`]);
    let opened;
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      socket.send(JSON.stringify(this.resume()));
      this.pulse = setInterval(() => this.ping(), PING);
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      const frame = JSON.parse(data);
      clearTimeout(this.dead);
      this.dead = 0;
      if (frame.type === 'ready') {
        this.ready = true;
        this.tries = 0;
        this.onState('open');
      }
      this.onFrame(frame);
    };
    socket.onclose = ({ code }) => {
      if (!opened) this.session = null; // its ticket may be too old
      if (socket === this.socket) this.lost(code);
    };
  }

  ping() {
    this.send({ type: 'ping' });
    this.dead ||= setTimeout(() => this.lost(), PONG);
  }

  drop() {
    const { socket } = this;
    this.socket = null;
    this.ready = false;
    clearInterval(this.pulse);
    clearTimeout(this.dead);
    clearTimeout(this.timer);
    this.dead = 0;
    socket?.close();
  }

  lost(code) {
    this.drop();
    if (code === 4400) this.close('refused');
    else this.later();
  }

  /** Full jitter: a server that restarts is not met by everybody at once. */
  later() {
    this.onState(navigator.onLine ? 'reconnecting' : 'offline');
    const most = Math.min(LONGEST, 500 * 2 ** this.tries++);
    this.timer = setTimeout(() => this.open(), Math.random() * most);
  }

  /** Not a moment longer than needed: the network is back, or somebody looks again. */
  hurry() {
    if (this.ready) this.ping();
    else this.open();
  }
}
