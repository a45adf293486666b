/** What was said and is being said, from the frames. */
import { fill, strings } from './strings.js';

const TYPING = 5000; // somebody who types is said to for so long

export class Timeline {
  /** Begins after this event; `state` says who answers by then. */
  constructor(seq = 0, state = '') {
    this.seq = seq;
    this.said = seq ? [{ key: 0, role: 'system', text: strings.earlier }] : []; // in order
    this.live = new Map(); // reply id -> item being written
    this.ended = new Set(); // their ids
    this.newest = null; // reply to the newest question
    this.person = /waiting|staff/.test(state); // a person answers or is asked for
    this.answers = state === 'staff' && strings.staff; // their name, where it is known
    this.offers = []; // what to say next; as an action's they have its words and its id
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
    if (kind === 'message' || kind === 'file') {
      this.said.push({ key: data.client_id || data.id, ...data });
      this.typing = 0;
      if (role === 'visitor') Object.assign(this, { newest: reply, offers: [] });
      if (reply) this.begin(reply);
    } else if (kind === 'reply.again') {
      const old = this.said.find(({ key }) => key === instead);
      this.said = this.said.filter((one) => one !== old && one !== old?.was);
      this.newest = reply;
      this.offers = [];
      this.begin(reply).was = old?.text ? old : old?.was; // stands again should this one say nothing
    } else if (kind === 'action.asked') this.offers = Object.assign([data.yes, data.no], data);
    else if (/^reply/.test(kind)) this.end(reply, kind, data);
    else if (/^(person|bot)/.test(kind)) {
      this.person = kind !== 'bot.back';
      this.place = null;
      this.answers = kind === 'person.joined' && name;
      this.said.push({ key: seq, kind, at: data.at, role: 'system', text: fill(kind, name) });
    }
    return true;
  }

  end(reply, kind, data) {
    const item = this.live.get(reply) || { key: reply };
    this.live.delete(reply);
    this.ended.add(reply);
    Object.assign(item, data, { role: 'assistant', done: kind });
    this.offers = data.suggestions || [];
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

  /** What does not stay: somebody types, a place in the queue. */
  passing({ type, reply, place }) {
    if (type === 'typing') this.typing = Date.now() + TYPING;
    else if (type === 'queue' && reply) Object.assign(this.live.get(reply) ?? {}, { place });
    else if (type === 'queue') this.place = place;
  }

  /** All of it in order, with who types at the end. */
  items() {
    const typing = this.typing > Date.now() && { key: 'typing', role: 'staff', name: this.answers, typing: true };
    return [...this.said, ...this.live.values(), ...(typing ? [typing] : [])];
  }
}
