/** What this browser keeps for the site: token, draft, and messages not yet acknowledged. */
const STALE = 600000; // older ones are not sent without asking
const memory = new Map(); // where there is no storage

export function recall(name) {
  try {
    return memory.get(name) ?? localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** null forgets. */
export function keep(name, value) {
  memory.delete(name);
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    memory.set(name, value);
  }
}

export class Outbox {
  /** Each message has its own name in the storage, so two tabs do not lose each other's. */
  constructor(key) {
    this.start = `cx:${key}:out:`;
    this.waiting = [];
    try {
      for (const name in localStorage) {
        if (name.startsWith(this.start)) this.waiting.push(JSON.parse(recall(name)));
      }
    } catch { }
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

  /** The server has it, but its event is still to come. */
  taken(id) {
    const message = this.waiting.find((one) => one.id === id);
    if (message) message.taken = true;
    keep(this.start + id, null);
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
