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
    addEventListener('online', () => this.hurry());
    addEventListener('offline', () => this.onState('offline'));
    addEventListener('visibilitychange', () => document.hidden || this.hurry());
  }

  /** The line opens, and stays open as far as the network lets it. */
  async open() {
    clearTimeout(this.timer);
    this.timer = null;
    this.onState(navigator.onLine ? (this.tries ? 'reconnecting' : 'connecting') : 'offline');
    try {
      this.connect(await this.session());
    } catch (error) {
      if (error.final) this.onState('refused');
      else this.later();
    }
  }

  /** The frame has left, or false: then the line is not open. */
  send(frame) {
    if (!this.ready) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** The line is shut for good. */
  close() {
    this.shut = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  async session() {
    const name = `cx:${this.key}`;
    const response = await fetch(this.address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: this.key, token: recall(name), locale: this.locale }),
      signal: AbortSignal.timeout(PONG),
    });
    if (!response.ok) throw { final: [403, 404].includes(response.status) };
    const session = await response.json();
    keep(name, session.token);
    this.onSession(session);
    return session;
  }

  connect({ socket: address, ticket }) {
    if (this.shut) return;
    const socket = new WebSocket(address, ['cx.v1', `ticket.${ticket}`]);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: 'resume', ...this.resume() }));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      clearTimeout(this.dead);
      if (frame.type === 'ready') {
        this.ready = true;
        this.tries = 0;
        this.pulse = setInterval(() => this.ping(socket), PING);
        this.onState('open');
      }
      this.onFrame(frame);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      this.ready = false;
      clearInterval(this.pulse);
      clearTimeout(this.dead);
      if (code === 4400) this.onState('refused');
      else this.later();
    };
  }

  ping(socket) {
    this.send({ type: 'ping' });
    this.dead = setTimeout(() => {
      socket.close();
      socket.onclose({});
    }, PONG);
  }

  /** Full jitter: a server that restarts is not met by everybody at once. */
  later() {
    if (this.shut) return;
    this.onState(navigator.onLine ? 'reconnecting' : 'offline');
    const most = Math.min(LONGEST, 500 * 2 ** this.tries++);
    this.timer = setTimeout(() => this.open(), 200 + Math.random() * most);
  }

  /** Not a moment longer than needed: the network is back, or somebody looks again. */
  hurry() {
    if (this.timer) this.open();
    else if (this.ready) this.onState('open');
  }
}
