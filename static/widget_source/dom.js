/** Elements, buttons and signs. */

/** `name` is tag or tag.class; attributes of null or false are left out. */
export function el(name, attributes, ...children) {
  const [tag, kind] = name.split('.');
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  for (const key in attributes) {
    if ((attributes[key] ?? false) !== false) made.setAttribute(key, attributes[key]);
  }
  made.append(...children);
  return made;
}

export function press(kind, text, action, attributes) {
  const button = el(`button.${kind}`, { type: 'button', ...attributes }, text);
  button.onclick = action;
  return button;
}

const SIGNS = { // lines on a field of 20 by 20
  close: 'M5 8l5 5 5-5',
  menu: 'M4 10h1m5 0h1m5 0h1',
  send: 'M10 16V4M5 9l5-5 5 5',
  stop: 'M7 7h6v6H7z',
  copy: 'M8 8h8v8H8zM4 12V4h8',
  again: 'M16 10a6 6 0 1 1-2-4.5M14.5 2v4h-4',
  good: 'M4 9v7h3V9zm3 0l3-6c2 0 2 2 1.5 5H16l-1.5 8H7',
};

/** Drawn in the colour of the text around it. */
export function sign(name) {
  const [svg, path] = ['svg', 'path'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.ariaHidden = true;
  path.setAttribute('d', SIGNS[name] || '');
  svg.append(path);
  return svg;
}

/** A button with a sign and this name. */
export function tool(name, label, action, attributes) {
  return press(`tool ${name}`, sign(name), action, { 'aria-label': label, title: label, ...attributes });
}
