/** What the server would not take, and what the visitor sends once more. */

/** The frame that it was about waits, shows why, or is given up. */
export function refused(kit, { code, text, id, reply, after = 3 }) {
  const { outbox, tell, draw } = kit;
  const entry = outbox.find(id || reply);
  tell('error', { code, text });
  if (code === 'too_late') outbox.taken(id || reply, 0);
  else if (code === 'too_many' || code === 'not_now') {
    kit.due = Date.now() + after * 1000;
    kit.pause = () => text.replace(after, Math.max(0, Math.ceil((kit.due - Date.now()) / 1000)));
  } else if (entry) entry.trouble = text;
  outbox.settle(0);
  draw();
}

/** It is on its way again, with the same id. */
export function retry({ outbox, line, act }, id) {
  const entry = outbox.find(id);
  Object.assign(entry, { held: false, trouble: '' });
  line.hurry();
  act.post(entry);
}
