"""What runs in the measured page to see how it feels there."""

# From the click until the visitor can write and the line is up, in milliseconds.
OPEN = """() => new Promise((done) => {
  const begun = performance.now();
  document.querySelector('cx-chat').addEventListener('cx:ready', () => requestAnimationFrame(() => {
    const root = document.querySelector('cx-chat').shadowRoot;
    if (root.activeElement?.localName === 'textarea') done(performance.now() - begun);
  }), { once: true });
  document.querySelector('cx-chat').shadowRoot.querySelector('button').click();
})"""

# Everything that moves by itself, and how long what the visitor does takes to be seen.
WATCH = """() => {
  window.moved = 0;
  window.slow = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.moved += entry.value;
  }).observe({ type: 'layout-shift', buffered: false });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.interactionId) window.slow.push(entry.duration);
    }
  }).observe({ type: 'event', durationThreshold: 16 });
}"""
SEEN = "() => ({ moved: window.moved, slow: window.slow })"
