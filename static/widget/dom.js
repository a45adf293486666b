/** Elements; what is said stays text. */

/** `name` is tag or tag.class; attributes of null or false are left out. */
export function el(name, attributes, ...children) {
  const [tag, kind] = name.split('.');
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  for (const key in attributes) {
    if (attributes[key] != null && attributes[key] !== false) made.setAttribute(key, attributes[key]);
  }
  made.append(...children);
  return made;
}

export function press(kind, text, action, attributes) {
  const button = el(`button.${kind}`, { type: 'button', ...attributes }, text);
  button.onclick = action;
  return button;
}
