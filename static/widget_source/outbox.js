/** What the server must have, sent again until it does. */
import { keep, newId, recall } from './storage.js';

const STALE = 600000; // older entries are not sent without asking

export class Outbox {
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
