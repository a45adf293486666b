/* The work beside a conversation: forms that stay on the page, canned replies, clocks that tick.
   Without this script every form loads the page anew and does the same. */

const REFRESH_MS = 15000;
const TICK_MS = 10000;
const panel = document.getElementById('work');
const box = document.getElementById('say');
const began = performance.now();

/* ---- clocks ---- */

function inWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} days`;
}

function tick() {
  for (const clock of document.querySelectorAll('.talk-clock[data-ticks]')) {
    clock.began ??= clock.dataset.fresh ? performance.now() : began;
    const passed = Math.floor((performance.now() - clock.began) / 1000);
    const start = Number(clock.dataset.seconds);
    const since = clock.dataset.kind === 'since';
    const now = since ? start + passed : start - passed;
    const text = since ? `waits ${inWords(now)}`
      : now < 0 ? `late by ${inWords(-now)}` : `${inWords(now)} left`;
    clock.classList.toggle('talk-late', !since && now < 0);
    if (clock.textContent !== text) clock.textContent = text;
  }
}

/* ---- the panel ---- */

function put(html) {
  const held = document.activeElement?.closest('#work') && document.activeElement.id;
  panel.innerHTML = html;
  for (const clock of panel.querySelectorAll('.talk-clock')) clock.dataset.fresh = '1';
  tick();
  if (held) document.getElementById(held)?.focus();
}

function say(text, bad = false) {
  const line = panel.querySelector('.work-said');
  line.classList.toggle('work-bad', bad);
  line.textContent = text;
}

async function send(form) {
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      body: new FormData(form),
      headers: { Accept: 'application/json' },
    });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok || answer.redirected) {
      throw new Error(data.error ?? 'That did not arrive. Try again, or reload the page.');
    }
    if (data.load) {
      location.href = data.load;
      return;
    }
    put(data.panel);
    say(data.said ?? '');
  } catch (error) {
    say(error.message, true);
    button.disabled = false;
  }
}

/* Nobody is disturbed in what they are writing or choosing. */
const busy = () => document.hidden || panel.contains(document.activeElement)
  || [...panel.querySelectorAll('textarea, input:not([type="hidden"])')].some((one) => one.value);

async function refresh() {
  if (busy()) return;
  const answer = await fetch(panel.dataset.url, { headers: { Accept: 'application/json' } });
  if (answer.ok && !answer.redirected && !busy()) put((await answer.json()).panel);
}

/* ---- what is chosen while writing: canned replies, names ---- */

const known = () => [...panel.querySelectorAll('#work-which option')]
  .map((one) => ({ name: one.value, shown: one.textContent, text: one.dataset.text }));
const people = () => [...panel.querySelectorAll('#work-to option[data-name]')]
  .map((one) => ({ name: one.dataset.name, shown: `@${one.dataset.name}`, text: one.textContent }));

function insert(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.setRangeText(text, from, to, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
  area.focus();
}

/* A list under the text area of what begins with the word at the cursor, behind this sign. */
function offers(area, list, sign, choices, written) {
  const word = new RegExp(`(?:^|\\s)${sign}([\\p{L}\\p{N}_.@+-]*)$`, 'u');
  let at = 0;
  let from = -1;
  let hits = [];
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    area.removeAttribute('aria-activedescendant');
  };
  const mark = (number) => {
    at = (number + hits.length) % hits.length;
    [...list.children].forEach((one, place) => {
      one.setAttribute('aria-selected', place === at);
      if (place !== at) return;
      area.setAttribute('aria-activedescendant', one.id);
      one.scrollIntoView({ block: 'nearest' });
    });
  };
  const take = (hit) => {
    close();
    insert(area, written(hit), from, area.selectionStart);
  };
  const item = (hit, place) => {
    const line = document.createElement('li');
    line.id = `${list.id}-${place}`;
    line.setAttribute('role', 'option');
    const name = document.createElement('b');
    name.textContent = hit.shown;
    const text = document.createElement('span');
    text.textContent = hit.text;
    line.append(name, text);
    line.addEventListener('mousedown', (event) => {
      event.preventDefault();
      take(hit);
    });
    return line;
  };
  const look = () => {
    const before = area.value.slice(0, area.selectionStart);
    const found = word.exec(before);
    if (!found) return close();
    const wanted = found[1].toLowerCase();
    hits = choices().filter(({ name }) => name.toLowerCase().startsWith(wanted));
    if (!hits.length) return close();
    from = before.length - found[1].length - 1;
    list.replaceChildren(...hits.map(item));
    list.hidden = false;
    mark(0);
  };
  area.setAttribute('aria-autocomplete', 'list');
  area.setAttribute('aria-controls', list.id);
  area.setAttribute('aria-haspopup', 'listbox');
  area.addEventListener('input', look);
  area.addEventListener('blur', close);
  area.addEventListener('keydown', (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown') mark(at + 1);
    else if (event.key === 'ArrowUp') mark(at - 1);
    else if (event.key === 'Enter' || event.key === 'Tab') take(hits[at]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}

/* The note's box is another one after each refresh. */
function naming({ target }) {
  if (target.id !== 'work-note' || target.hasAttribute('aria-controls')) return;
  offers(target, document.getElementById('note-people'), '@', people, ({ name }) => `@${name} `);
}

/* ---- begin ---- */

if (panel) {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!panel.contains(form)) return;
    if (form.method === 'post') {
      event.preventDefault();
      send(form);
    } else if (box && 'canned' in form.dataset) {
      event.preventDefault();
      insert(box, form.elements.canned.selectedOptions[0].dataset.text);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key !== 'n') return;
    if (event.target.closest('input, textarea, select, dialog')) return;
    const note = document.getElementById('work-note');
    if (!note) return;
    event.preventDefault();
    note.focus();
  });
  panel.addEventListener('focusin', naming);
  if (box) offers(box, document.getElementById('say-canned'), '/', known, ({ text }) => text);
  setInterval(() => refresh().catch(() => {}), REFRESH_MS);
}
setInterval(tick, TICK_MS);
