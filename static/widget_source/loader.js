/** The launcher behind the one tag. Fetches and stores nothing before the visitor turns to it. */
(() => {
  const script = document.currentScript;
  const early = window.Cx?.q || [];
  if (!script || window.Cx?.host) return;
  const data = { ...script.dataset };
  const { key, theme, color, position, title, container, zIndex, openOn, proactive } = data;
  data.identify = data.userToken;
  const base = new URL('static/widget/', script.src).href;
  const host = document.createElement('cx-chat');
  Object.assign(host.dataset, { theme, position });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  // In a shadow root !important outranks the page's.
  sheet.replaceSync(`:host{all:initial!important;position:fixed!important;z-index:${+zIndex || 2147483647}!important;inset-block-end:20px!important;inset-inline-end:20px!important;--accent:${CSS.supports('color', color) ? color : '#0f5f6b'}!important}
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
  button.hidden = container || data.launcher === 'off';
  label(title || 'Chat');
  root.append(button);

  let core, app, place, tries = 0;
  // A browser may remember a failed import by its address.
  const load = () => core ||= import(`${base}core.js?${tries++}`);
  const wake = () => app ||= load()
    .then(({ start }) => start({ host, root, button, label, base, data }))
    .catch((error) => {
      core = app = 0;
      label(button.title = 'The chat did not load. Try again.', '!');
      console.error(error);
    });
  const isOpen = () => button.ariaExpanded === 'true';
  const pass = (name, what) => {
    data[name] = what;
    app?.then((it) => it?.[name](what));
  };
  const own = {
    on: (event, then) => host.addEventListener(`cx:${event}`, then),
    off: (event, then) => host.removeEventListener(`cx:${event}`, then),
    show: () => place.append(host),
    hide: () => host.remove(),
    theme: (mode) => { host.dataset.theme = mode; },
    version: () => '1.0',
    toggle: () => Cx(isOpen() ? 'close' : 'open'),
    // These wait for the visitor to turn to the chat.
    context: (facts) => pass('context', { ...data.context, ...facts }),
    identify: (jwt) => pass('identify', jwt),
    locale(code) {
      data.locale = code;
      app = app?.then((it) => it?.again());
    },
    destroy() {
      app?.then((it) => it?.again(true));
      host.remove();
      delete window.Cx;
    },
  };
  const Cx = window.Cx = (name, ...given) => {
    if (own[name]) return own[name](...given);
    return wake().then((it) => it?.[name === 'reset' ? 'logout' : name](...given));
  };
  Cx.host = host;
  button.onpointerenter = button.onfocus = () => load().catch(() => { core = 0; });
  button.onclick = own.toggle;
  const paint = () => {
    const inline = container && document.querySelector(container);
    place = inline || document.body;
    place.append(host);
    early.forEach((call) => Cx(...call));
    if (inline) return Cx('open', true);
    if (openOn || proactive) import(`${base}proactive.js`).then(({ watch }) => watch({ ...data, root, host, Cx, isOpen }));
    try { // it was open on the page before
      if (innerWidth > 480 && sessionStorage[`cx:${key}:open`]) Cx('open', true);
    } catch { }
  };
  if (document.body) paint();
  else addEventListener('DOMContentLoaded', paint);
})();
