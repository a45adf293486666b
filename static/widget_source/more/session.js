/** Who the visitor is, and how the panel is dressed for the tenant. */
import { el, tool } from '../dom.js';
import { link } from '../markdown.js';
import { keep } from '../storage.js';
import { dress as fit } from './drawer.js';
import { anew, api, forget, said } from './kit.js';
import { more } from './words.js';

const colours = new CSSStyleSheet();

/** A new chat of the same visitor. */
export function startOver(kit) {
  forget(kit);
  anew(kit, { fresh: true });
}

/** The next chat is that of somebody else: nothing of this one is known here any more. */
export async function logout(kit) {
  const { line, data } = kit;
  await api(kit, 'logout', {}).catch(() => 0);
  forget(kit);
  line.token = null;
  keep(`cx:${data.key}`, null);
  anew(kit, {});
}

/** The page says who its user is; what was said here so far becomes theirs. */
export function identify(kit, jwt) {
  anew(kit, { user_jwt: jwt });
}

/** A thumb is on its way and its button stays pressed; down asks why. Pressed again it is taken back. */
export async function vote(kit, item, thumb, button) {
  const { tell, panel, act } = kit;
  const message = item.id;
  const value = item.vote === thumb ? 0 : thumb;
  item.vote = value;
  for (const one of button.parentNode.querySelectorAll('[name]')) one.ariaPressed = value && one === button ? 'true' : null;
  tell('feedback', { message, value });
  if (value < 0) act.more('reason', message);
  else if (value) said(panel, more.thanks);
  await api(kit, 'feedback', { message, value }).catch((error) => panel.note(error.message));
}

/** Colour, place, picture, opening hours, privacy link, a word to those who hesitate; asked again it changes them. */
export function dress({ config, panel, data, root, host, base, act }) {
  fit(root);
  const { avatar, upload, hours, privacy_url: privacy, proactive, color, position } = config;
  host.dataset.position = data.position || position;
  if (!data.color && CSS.supports('color', color)) {
    colours.replaceSync(`:host{--accent:${color}!important}`);
    root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, colours])];
  }
  if (avatar) {
    const picture = el('img', { src: new URL(avatar, base), alt: '' });
    picture.onload = () => panel.face.replaceChildren(picture);
  }
  panel.attach?.remove();
  if (upload) {
    panel.attach = tool('attach', more.attach, () => act.more('upload'));
    panel.attach.querySelector('path').setAttribute('d', 'M10 4v12M4 10h12');
    panel.text.before(panel.attach);
  }
  panel.hours?.remove();
  if (hours?.open === false && hours.text) {
    panel.hours = el('p.bubble', { class: 'bubble system', dir: 'auto' }, hours.text);
    panel.greeting.after(panel.hours);
  }
  panel.privacy?.remove();
  if (privacy) panel.footer.firstChild.after(panel.privacy = el('span', null, link(privacy, more.privacy)));
  if (proactive?.length && !data.proactive) {
    data.proactive = proactive; // once
    const isOpen = () => !panel.node.hidden;
    import(`${base}proactive.js`).then(({ watch }) => watch({ ...data, root, host, Cx: window.Cx, isOpen }));
  }
}

/** How many characters are left, once it is a fifth of them; the newest call counts. */
export function count({ panel, root }, left, most) {
  fit(root);
  if (!panel.left) {
    panel.text.after(panel.left = el('small', { role: 'status' }));
    panel.typed(); // the box is narrower now
  }
  panel.left.textContent = left < most / 5 ? more[left < 0 ? 'over' : 'left'].replace('{}', Math.abs(left)) : '';
}

let typed = 0; // when somebody was told that the visitor types

/** Who answers knows that the visitor types, at most every three seconds. */
export function typing({ line, config }, text) {
  if (!text || !config.typing || Date.now() - typed < 3000) return;
  typed = Date.now();
  line.send({ type: 'typing' });
}

/** Whoever answers is here, or gone; what was known before the line broke is forgotten. */
export function presence({ panel, host, draw }, { name, here }) {
  panel.here = here && more.here.replace('{}', name);
  host.addEventListener('cx:online', () => { panel.here = ''; }, { once: true });
  draw();
}

/** The text is on the clipboard, and that is said. */
export async function copy({ panel }, text) {
  await navigator.clipboard.writeText(text);
  said(panel, more.copied);
}
