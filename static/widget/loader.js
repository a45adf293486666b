/** The launcher behind the one script tag. Fetches and stores nothing before it is clicked. */
(() => {
  'use strict';
  const script = document.currentScript;
  const { key, locale, theme = 'auto', color, position = 'end', title } = script.dataset;
  const base = new URL('static/widget/', script.src).href;
  const early = (window.Cx && window.Cx.q) || [];
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{all:initial!important}
.launcher{position:fixed;inset-block-end:20px;inset-inline-${position === 'start' ? 'start' : 'end'}:20px;
z-index:2147483000;inline-size:56px;block-size:56px;border:0;border-radius:50%;cursor:pointer;
background:var(--accent,#3b5bdb);color:#fff;display:grid;place-items:center;box-shadow:0 4px 16px #0004}
.launcher:focus-visible{outline:3px solid;outline-offset:3px;outline-color:Highlight}
svg{inline-size:26px;block-size:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}`);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement('button');
  button.className = 'launcher';
  button.type = 'button';
  button.setAttribute('aria-haspopup', 'dialog');
  button.setAttribute('aria-expanded', 'false');
  button.setAttribute('aria-label', title || 'Chat');
  const picture = 'http://www.w3.org/2000/svg';
  const icon = document.createElementNS(picture, 'svg');
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(picture, 'path');
  path.setAttribute('d', 'M4 4h16v12H10l-5 4v-4H4z');
  icon.append(path);
  button.append(icon);
  root.append(button);
  if (color && CSS.supports('color', color)) host.style.setProperty('--accent', color);

  let core;
  const load = () => (core ??= import(`${base}core.js`).then(
    ({ start }) => start({ host, root, button, base, key, locale, theme, position, title }),
  ).then((app) => {
    early.splice(0).forEach((call) => app(...call));
    return app;
  }).catch(() => { core = undefined; }));
  window.Cx = (...call) => {
    early.push(call);
    if (core || /^(open|toggle|send|prefill)$/.test(call[0])) {
      load().then((app) => app && early.splice(0).forEach((one) => app(...one)));
    }
  };
  button.onclick = () => window.Cx('toggle');
  if (early.some(([name]) => name === 'open')) load();
  (document.body || document.documentElement).append(host);
})();
