/** Messages that were said but not acknowledged; they outlive a reload. */
import { keep, recall } from './storage.js';

export class Outbox {
  constructor(key) {
    this.name = `cx:${key}:outbox`;
    try {
      this.waiting = JSON.parse(recall(this.name)) || [];
    } catch {
      this.waiting = [];
    }
  }

  /** The message waits under an id of its own, the same for every try. */
  add(text) {
    const message = { id: newId(), text };
    this.waiting.push(message);
    this.save();
    return message;
  }

  /** It has arrived, or never will. */
  remove(id) {
    this.waiting = this.waiting.filter((message) => message.id !== id);
    this.save();
  }

  save() {
    keep(this.name, this.waiting.length ? JSON.stringify(this.waiting) : null);
  }
}

/** A random UUID, also on pages without TLS, where randomUUID is missing. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
