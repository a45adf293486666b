/** What was said and is being said, put together from frames; knows nothing of the page. */
export class Timeline {
  constructor() {
    this.seq = 0;
    this.said = []; // items in the order of their events
    this.live = new Map(); // reply id -> item being written
    this.asked = new Map(); // reply id -> question
  }

  /** What a new socket is told so that it sends the rest. */
  resume() {
    const [item] = this.live.values();
    const known = item?.claim ? { reply: item.reply, claim: item.claim, offset: item.length } : {};
    return { after: this.seq, ...known };
  }

  /** The event has its place; false where it was there already. */
  event({ seq, kind, data }) {
    if (seq <= this.seq) return false;
    this.seq = seq;
    if (kind === 'message') {
      this.said.push({ key: data.client_id || data.id, ...data });
      if (data.reply) this.begin(data.reply, data.text);
    } else {
      const item = this.live.get(data.reply) || { key: data.reply };
      this.live.delete(data.reply);
      const failed = kind === 'reply.failed';
      const text = failed ? data.partial : data.text;
      this.said.push(Object.assign(item, data, {
        role: 'assistant', text, done: true, failed: failed && data.text,
        question: this.asked.get(data.reply),
      }));
    }
    return true;
  }

  /** The piece is part of its reply; what was there already is dropped. */
  delta({ reply, claim, offset, text }) {
    const item = this.live.get(reply) || this.begin(reply);
    if (claim < item.claim) return;
    if (claim > item.claim) Object.assign(item, { claim, text: '', length: 0 });
    const fresh = [...text].slice(Math.max(0, item.length - offset));
    item.text += fresh.join('');
    item.length += fresh.length;
  }

  begin(reply, question) {
    const item = { key: reply, reply, role: 'assistant', text: '', claim: 0, length: 0, since: Date.now() };
    this.live.set(reply, item);
    if (question) this.asked.set(reply, question);
    return item;
  }
}
