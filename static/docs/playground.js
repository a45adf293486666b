/** The playground follows the form, and so does the tag to copy; without this, “Show” does it. */
const form = document.getElementById('play');
if (form) {
  const stage = document.getElementById('stage');
  const code = document.getElementById('tag-code');
  const usual = { color: '#0f5f6b', theme: 'auto', position: 'end' };
  let soon;
  const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const show = () => {
    const said = [...new FormData(form)].filter(([name, value]) => value && usual[name] !== value);
    const lines = said.map(([name, value]) => `\n  data-${name}="${escaped(value)}"`);
    code.textContent = `<script async src="${code.dataset.server}/widget.js" data-key="pk_…"${lines.join('')}></script>`;
    stage.src = `${stage.dataset.page}?${new URLSearchParams(said)}`;
  };
  form.querySelector('button').hidden = true;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    clearTimeout(soon);
    soon = setTimeout(show, 400);
  });
}
