/** A page of its own within the panel. */
import { el, tool } from '../dom.js';
import { more } from './words.js';
import look from 'more.css';

const dressed = new WeakSet();

/** The styles of these parts are there. */
export function dress(root) {
  if (dressed.has(root)) return;
  dressed.add(root);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(look);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** Open, with the focus in it; Escape and Back close it and give the focus back. Returns what closes it. */
export function drawer({ panel, root }, title, ...content) {
  dress(root);
  panel.inside.querySelector('.drawer')?.shut();
  const from = root.activeElement;
  const others = [...panel.inside.children].filter((one) => one !== panel.voice);
  const head = el('h2', { id: 'drawer-title', tabindex: -1, dir: 'auto' }, title);
  const node = el('section.drawer', { role: 'region', 'aria-labelledby': 'drawer-title' },
    el('div.bar', null, tool('back', more.back, () => node.shut()), head), el('div.page', null, ...content));
  node.querySelector('.back svg path').setAttribute('d', 'M12 5l-5 5 5 5');
  node.shut = () => {
    node.remove();
    for (const one of others) one.inert = false;
    (from?.isConnected && from.offsetParent ? from : panel.text).focus();
  };
  node.onkeydown = (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    node.shut();
  };
  for (const one of others) one.inert = true;
  panel.inside.append(node);
  head.focus();
  return node.shut;
}
