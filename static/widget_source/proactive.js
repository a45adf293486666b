/** A word beside the launcher, on some pages, after some time. */
const LOOK = `.teaser{position:absolute;inset-block-end:72px;inset-inline-end:0;display:flex;align-items:start;gap:4px;width:max-content;max-width:min(280px,100vw - 40px);padding:12px 6px 12px 16px;font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei",sans-serif;color-scheme:light dark;color:light-dark(#172023,#e8edee);background:light-dark(#fff,#15191c);border:1px solid light-dark(#dbe2e3,#384147);border-radius:14px;border-end-end-radius:4px;box-shadow:0 8px 28px light-dark(#10252a33,#000a)}
:host([data-theme=light]) .teaser{color-scheme:light}:host([data-theme=dark]) .teaser{color-scheme:dark}
:host([data-position=start]) .teaser{inset-inline:0 auto}
.teaser button{font:inherit;color:inherit;background:none;border:0;border-radius:8px;cursor:pointer;text-align:start;padding:0}
.teaser button+button{flex:none;width:28px;height:28px;text-align:center;opacity:.7}
.teaser button:focus-visible{outline:2px solid;outline-offset:2px}
@media(forced-colors:active){.teaser{border:1px solid}}
@media print{.teaser{display:none}}`;

/** Whether a path is meant; * stands for anything. */
export function fits(match, path) {
  const [start, ...rest] = (match || '*').split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${[start, ...rest].join('.*')}$`).test(path);
}

/** The chat opens after `openOn` seconds, or at a click on what this selector names. */
function opensOn({ openOn, Cx, isOpen }) {
  if (+openOn) setTimeout(() => isOpen() || Cx('open'), openOn * 1000);
  else if (openOn) addEventListener('click', ({ target }) => target.closest?.(openOn) && Cx('open'));
}

/** The first rule that fits this page is shown when its time has come, unless it was sent away or the chat is open. */
export function watch(given) {
  const { proactive, key, root, host, Cx, isOpen } = given;
  let rules = proactive || [];
  opensOn(given);
  try {
    if (typeof rules === 'string') rules = JSON.parse(rules);
  } catch {
    console.error('data-proactive is not JSON');
    return;
  }
  const rule = rules.find(({ match }) => fits(match, location.pathname));
  if (rule) setTimeout(() => show(rule), (rule.after_s || 0) * 1000);

  function show({ text }) {
    const name = `cx:${key}:teased`;
    try {
      if (sessionStorage[name]) return;
    } catch { }
    if (isOpen() || root.querySelector('.teaser')) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    const teaser = document.createElement('div');
    const [open, away] = [0, 1].map(() => teaser.appendChild(document.createElement('button')));
    teaser.className = 'teaser';
    teaser.role = 'status';
    open.textContent = text;
    away.textContent = '✕';
    away.ariaLabel = 'Close';
    const end = () => {
      teaser.remove();
      try {
        sessionStorage[name] = 1;
      } catch { }
    };
    open.onclick = () => Cx('open');
    away.onclick = end;
    host.addEventListener('cx:open', end, { once: true });
    root.append(teaser);
  }
}
