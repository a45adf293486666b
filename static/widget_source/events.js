/** The line where sockets do not get through: events come as a stream, frames go as requests. */
const ALIVE = 40000; // the server says something at least every 15 s

/** Behaves as a socket for `Line`. */
export class Way {
  constructor(line) {
    this.line = line;
    this.stop = new AbortController();
    this.last = Date.now();
    queueMicrotask(() => this.onopen());
  }

  send(text) {
    const frame = JSON.parse(text);
    if (frame.type === 'resume') this.listen(frame).catch(() => this.fail());
    else if (frame.type === 'ping') {
      if (Date.now() - this.last < ALIVE) this.onmessage({ data: '{"type":"pong"}' });
    } else this.post(text).catch(() => this.fail());
  }

  close() {
    this.over = true;
    this.stop.abort();
  }

  fail() {
    if (this.over) return;
    this.close();
    // Where there is no stream either, sockets are tried again.
    if (!this.heard) Object.assign(this.line, { Way: null, shut: 0 });
    this.onclose({});
  }

  get headers() {
    return { Authorization: `Bearer ${this.line.token}` };
  }

  async post(body) {
    const headers = { ...this.headers, 'Content-Type': 'application/json' };
    const response = await fetch(this.line.address('send'), { method: 'POST', headers, body, signal: this.stop.signal });
    const data = await response.text();
    if (!response.ok) throw Error(data);
    if (data.includes('"type"') && !this.over) this.onmessage({ data }); // {} answers what needs none
  }

  /** Until the server or the network ends it. A second resume takes the place of the first. */
  async listen({ type, ...seen }) {
    this.reading?.abort();
    const reading = this.reading = new AbortController();
    const asked = new URLSearchParams(Object.entries(seen).filter(([, value]) => value != null));
    const response = await fetch(`${this.line.address('stream')}?${asked}`, {
      headers: this.headers, signal: AbortSignal.any([reading.signal, this.stop.signal]),
    });
    if (!response.ok) throw Error(response.status);
    let rest = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw Error('The stream ended.');
        this.last = Date.now();
        const messages = (rest + value).split(/\r?\n\r?\n/);
        rest = messages.pop();
        for (const message of messages) this.take(message);
      }
    } catch (error) {
      if (!reading.signal.aborted) throw error;
    }
  }

  take(message) {
    const data = message.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()).join('\n');
    if (!data || this.over) return;
    this.heard = true;
    this.onmessage({ data });
  }
}
