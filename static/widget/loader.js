/** The launcher behind the one script tag. Fetches and stores nothing before the visitor turns to it. */
(() => {
  'use strict';
  const script = document.currentScript;
  const early = window.Cx?.q || [];
  if (!script || window.Cx?.host) return; // the tag is there twice
  const { key, locale, theme = 'auto', color, position = 'end', title = '' } = script.dataset;
  const base = new URL('static/widget/', script.src).href;
  const host = document.createElement('cx-chat');
  Object.assign(host.dataset, { theme, position });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  // In a shadow root !important outranks the page's.
  sheet.replaceSync(`:host{all:initial!important;position:fixed!important;z-index:2147483647!important;inset-block-end:20px!important;inset-inline-end:20px!important;--accent:${CSS.supports('color', color) ? color : '#0f5f6b'}}
:host([data-position=start]){inset-inline:20px auto!important}
.launcher{width:56px;height:56px;padding:15px;border:0;border-radius:50%;cursor:pointer;background:var(--accent);color:oklch(from var(--accent) clamp(0,(.7 - l)*999,1) 0 0);box-shadow:0 4px 16px #0004;outline-offset:3px}
svg{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}`);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement('button');
  button.className = 'launcher';
  button.ariaHasPopup = 'dialog';
  button.ariaExpanded = false;
  button.ariaLabel = title || 'Chat';
  const picture = (name, ...attribute) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    made.setAttribute(...attribute);
    return made;
  };
  const icon = picture('svg', 'viewBox', '0 0 24 24');
  const path = picture('path', 'd', 'M4 4h16v12H10l-5 4v-4H4z');
  icon.append(path);
  button.append(icon);
  root.append(button);

  let core, app, tries = 0;
  // A browser may remember a failed import by its address.
  const load = () => core ||= import(`${base}core.js?${tries}`);
  const wake = () => app ||= load()
    .then(({ start }) => start({ host, root, button, base, key, locale, title }))
    .catch((error) => {
      core = app = 0;
      tries++;
      button.ariaLabel = button.title = 'The chat did not load. Try again.';
      path.setAttribute('d', 'M12 4v10M12 18v2');
      throw error;
    });
  const Cx = window.Cx = (name, first, then) => {
    if (name === 'on') host.addEventListener(`cx:${first}`, then);
    else if (name === 'off') host.removeEventListener(`cx:${first}`, then);
    else if (name === 'destroy') {
      if (app) app.then((it) => it.destroy());
      host.remove();
      delete window.Cx;
    } else wake().then((it) => it[name](first)).catch(console.error);
  };
  Cx.host = host;
  button.onpointerenter = button.onfocus = () => load().catch(() => { core = 0; });
  button.onclick = () => Cx('toggle');
  const paint = () => {
    document.body.append(host);
    early.forEach((call) => Cx(...call));
    try { // it was open on the page before
      if (innerWidth > 480 && sessionStorage[`cx:${key}:open`]) Cx('open', true);
    } catch { }
  };
  if (document.body) paint();
  else addEventListener('DOMContentLoaded', paint);
})();
