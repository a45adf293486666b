/* Judging by keys: 1 to 5, y and n answer the criterion that has the focus, and go on to the next.
   Without this script the boxes are chosen as boxes are. */

const panel = document.getElementById('review');
const VALUES = { y: '1', n: '0' };

function begin() {
  panel.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const asked = event.target.closest('.talk-criterion');
    if (!asked) return;
    const yesNo = asked.querySelector('input[value="0"]');
    const value = yesNo ? VALUES[event.key] : event.key;
    const box = /^[0-5]$/.test(value ?? '') && asked.querySelector(`input[value="${value}"]`);
    if (!box) return;
    event.preventDefault();
    box.checked = true;
    next(asked).focus();
  });
  addEventListener('hashchange', soon);
  document.querySelector('[data-key="v"]')?.addEventListener('click', soon);
  if (document.readyState === 'complete') soon();
  else addEventListener('load', soon);
}

/* The first box of a criterion, or the one that is chosen; after the last, the way to save. */
function next(asked) {
  const after = asked.nextElementSibling;
  return after ? first(after) : panel.querySelector('textarea, .talk-first');
}

function first(asked) {
  return asked.querySelector('input:checked') ?? asked.querySelector('input');
}

/* The browser goes to the place that the address names first, and takes the focus away. */
function soon() {
  requestAnimationFrame(() => setTimeout(enter));
}

function enter() {
  if (location.hash !== '#review') return;
  const asked = panel.querySelector('.talk-criterion');
  if (asked) first(asked).focus({ preventScroll: true });
}

if (panel) begin();
