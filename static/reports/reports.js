// Comfort only: without it the report works by its button “Show”.

const bar = document.querySelector('.report-bar');

if (bar) {
  const dates = bar.querySelector('.report-dates');
  const isCustom = () => bar.elements.period.value === 'custom';
  const arrange = () => {
    dates.hidden = !isCustom();
    for (const input of dates.querySelectorAll('input')) input.disabled = !isCustom();
  };

  arrange();
  bar.addEventListener('change', arrange);

  // A click on a period shows it at once; from the keyboard (a click without detail) arrows
  // choose and Enter shows.
  bar.addEventListener('click', (event) => {
    if (event.target.name === 'period' && event.detail && !isCustom()) bar.requestSubmit();
  });
}

for (const button of document.querySelectorAll('[data-prints]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

// Paper shows what is folded away on the screen.
window.addEventListener('beforeprint', () => {
  for (const part of document.querySelectorAll('.report-details')) part.open = true;
});
