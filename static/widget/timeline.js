/** What was said and is being said, from the frames. */
export class Timeline {
  constructor() {
    this.seq = 0;
    this.said = []; // in order
    this.live = new Map(); // reply id -> item being written
    this.ended = new Set(); // their ids
  }

  resume() {
    const item = [...this.live.values()].find((one) => one.length);
    const known = item ? { reply: item.key, claim: item.claim, offset: item.length } : {};
    return { type: 'resume', after: this.seq, ...known };
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
    if (kind === 'message') {
      this.said.push({ key: data.client_id || data.id, ...data });
      if (data.reply && !this.ended.has(data.reply)) this.begin(data.reply).question = data.text;
    } else {
      const item = this.live.get(data.reply) || { key: data.reply };
      this.live.delete(data.reply);
      this.ended.add(data.reply);
      const failed = kind === 'reply.failed';
      const text = failed ? data.partial : data.text;
      this.said.push(Object.assign(item, data, {
        role: 'assistant', text, done: true, slow: '', failed: failed && data.text,
      }));
    }
    return true;
  }

  delta({ reply, claim, offset, text }) {
    if (this.ended.has(reply)) return;
    const item = this.live.get(reply) || this.begin(reply);
    if (claim < item.claim) return;
    if (claim > item.claim) Object.assign(item, { claim, text: '', length: 0 });
    const fresh = [...text].slice(item.length - offset);
    item.text += fresh.join('');
    item.length += fresh.length;
  }

  begin(reply) {
    const item = { key: reply, role: 'assistant', text: '', claim: 0, length: 0, since: Date.now() };
    this.live.set(reply, item);
    return item;
  }
}
