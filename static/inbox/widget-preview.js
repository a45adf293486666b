/** The preview beside the form shows what is chosen there, before it is saved. */
addEventListener('DOMContentLoaded', () => {
  const frame = document.getElementById('widget-preview');
  if (!frame) return;
  const form = document.querySelector('.widget-form form');
  const fields = { color: 'colour', position: 'position', title: 'title', greeting: 'greeting' };
  let shown = '';
  let soon;
  const look = () => {
    const said = new URLSearchParams();
    for (const [name, field] of Object.entries(fields)) {
      const value = form.elements[field]?.value;
      if (value) said.set(name, value);
    }
    if (`${said}` === shown) return;
    shown = `${said}`;
    frame.src = `${frame.dataset.page}?${said}`;
  };
  form.addEventListener('input', () => {
    clearTimeout(soon);
    soon = setTimeout(look, 400); // a reload for every letter would only flicker
  });
});
