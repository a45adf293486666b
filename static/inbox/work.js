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

/* ---- canned replies ---- */

const known = () => [...panel.querySelectorAll('#work-which option')];

function insert(text, from = box.selectionStart, to = box.selectionEnd) {
  box.setRangeText(text, from, to, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
  box.focus();
}

function listbox() {
  const list = document.getElementById('say-canned');
  let at = 0;
  let from = -1;
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    box.removeAttribute('aria-activedescendant');
  };
  const mark = (number) => {
    at = (number + list.children.length) % list.children.length;
    [...list.children].forEach((one, place) => {
      one.setAttribute('aria-selected', place === at);
      if (place === at) {
        box.setAttribute('aria-activedescendant', one.id);
        one.scrollIntoView({ block: 'nearest' });
      }
    });
  };
  const take = (item) => {
    const { text } = item.dataset;
    close();
    insert(text, from, box.selectionStart);
  };
  const look = () => {
    const before = box.value.slice(0, box.selectionStart);
    const found = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u.exec(before);
    const wanted = found?.[1].toLowerCase();
    const hits = found ? known().filter((one) => one.value.toLowerCase().startsWith(wanted)) : [];
    if (!hits.length) return close();
    from = before.length - found[1].length - 1;
    list.replaceChildren(...hits.map((one, place) => {
      const item = document.createElement('li');
      item.id = `say-canned-${place}`;
      item.setAttribute('role', 'option');
      item.dataset.text = one.dataset.text;
      const name = document.createElement('b');
      name.textContent = one.textContent;
      const text = document.createElement('span');
      text.textContent = one.dataset.text;
      item.append(name, text);
      item.addEventListener('mousedown', (event) => {
        event.preventDefault();
        take(item);
      });
      return item;
    }));
    list.hidden = false;
    mark(0);
  };
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-controls', list.id);
  box.setAttribute('aria-haspopup', 'listbox');
  box.addEventListener('input', look);
  box.addEventListener('blur', close);
  box.addEventListener('keydown', (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown') mark(at + 1);
    else if (event.key === 'ArrowUp') mark(at - 1);
    else if (event.key === 'Enter' || event.key === 'Tab') take(list.children[at]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
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
      insert(form.elements.canned.selectedOptions[0].dataset.text);
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
  if (box) listbox();
  setInterval(() => refresh().catch(() => {}), REFRESH_MS);
}
setInterval(tick, TICK_MS);
