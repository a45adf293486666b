/** The launcher behind the one tag. Fetches and stores nothing before the visitor turns to it. */
(() => {
  const script = document.currentScript;
  const early = window.Cx?.q || [];
  if (!script || window.Cx?.host) return;
  const { key, locale, theme, color, position, title } = script.dataset;
  const base = new URL('static/widget/', script.src).href;
  const host = document.createElement('cx-chat');
  Object.assign(host.dataset, { theme, position });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  // In a shadow root !important outranks the page's.
  sheet.replaceSync(`:host{all:initial!important;position:fixed!important;z-index:2147483647!important;inset-block-end:20px!important;inset-inline-end:20px!important;--accent:${CSS.supports('color', color) ? color : '#0f5f6b'}!important}
:host([data-position=start]){inset-inline:20px auto!important}
.launcher{width:56px;height:56px;border:0;border-radius:50%;cursor:pointer;background:var(--accent);color:oklch(from var(--accent) clamp(0,(.7 - l)*999,1) 0 0);font:28px system-ui;box-shadow:0 4px 16px #0004}
.launcher:empty::before{content:"";position:absolute;inset:15px;background:currentColor;clip-path:path(evenodd,"M4 2h18l4 4v10l-4 4H12l-6 5v-5H4l-4-4V6zM6 8h14v2H6zM6 13h9v2H6z")}`);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement('button');
  const label = (text, sign = '') => {
    button.ariaLabel = text;
    button.textContent = sign;
  };
  button.className = 'launcher';
  button.ariaHasPopup = 'dialog';
  button.ariaExpanded = false;
  label(title || 'Chat');
  root.append(button);

  let core, app, tries = 0;
  // A browser may remember a failed import by its address.
  const load = () => core ||= import(`${base}core.js?${tries++}`);
  const wake = () => app ||= load()
    .then(({ start }) => start({ host, root, button, label, base, key, locale, title }))
    .catch((error) => {
      core = app = 0;
      label(button.title = 'The chat did not load. Try again.', '!');
      console.error(error);
    });
  const Cx = window.Cx = (name, first, then) => {
    const listen = { on: 'addEventListener', off: 'removeEventListener' }[name];
    if (listen) host[listen](`cx:${first}`, then);
    else if (name === 'destroy') {
      if (app) app.then((it) => it?.destroy());
      host.remove();
      delete window.Cx;
    } else wake().then((it) => it?.[name](first));
  };
  Cx.host = host;
  button.onpointerenter = button.onfocus = () => load().catch(() => { core = 0; });
  button.onclick = () => Cx(button.ariaExpanded === 'true' ? 'close' : 'open');
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
