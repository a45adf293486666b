/** Messages not yet acknowledged; they outlive a reload. */
import { keep, kept, recall } from './storage.js';

const STALE = 600000; // sent no more without asking

export class Outbox {
  /** Each has its own name in the storage, so two tabs do not lose each other's. */
  constructor(key) {
    this.start = `cx:${key}:out:`;
    this.waiting = [];
    for (const name of kept(this.start)) {
      try {
        this.waiting.push(JSON.parse(recall(name)));
      } catch {
        keep(name, null);
      }
    }
    this.waiting.sort((one, other) => one.at - other.at);
    for (const message of this.waiting) message.held = Date.now() - message.at > STALE;
  }

  /** Its id is the same for every try. */
  add(text) {
    const message = { id: newId(), text, at: Date.now() };
    this.waiting.push(message);
    keep(this.start + message.id, JSON.stringify(message));
    return message;
  }

  remove(id) {
    this.waiting = this.waiting.filter((message) => message.id !== id);
    keep(this.start + id, null);
  }
}

/** crypto.randomUUID is missing on pages without TLS. */
function newId() {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}
