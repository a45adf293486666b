/** What these parts share, beside what the widget hands them. */
import { keep } from '../storage.js';

/** An Error with the server's words where it refuses. */
export async function api({ line, strings }, path, body) {
  const file = body instanceof FormData;
  const response = await fetch(line.address(path), {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${line.token}`, ...(body && !file && { 'Content-Type': 'application/json' }) },
    body: file || !body ? body : JSON.stringify(body),
  });
  if (response.ok) return response;
  const { message, text } = await response.json().catch(() => ({}));
  throw Error(message || text || strings.failed);
}

/** A word for everybody, for a moment. */
export function said(panel, text) {
  panel.tell(text);
  panel.note(text);
  setTimeout(() => panel.status.textContent === text && panel.note(''), 3000);
}

/** The session is asked for anew, with these facts about who asks. */
export function anew({ line }, facts) {
  Object.assign(line, { facts, session: null, over: false });
  line.drop();
  line.open();
}

/** Nothing that began with this visitor is kept but the token. */
export function forget({ data, outbox, panel }) {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(`cx:${data.key}:`)) keep(name, null);
    }
  } catch { }
  outbox.waiting.length = 0;
  panel.prefill('');
}
