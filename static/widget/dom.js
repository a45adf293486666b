/** Builds elements; what is said stays text. */

/** An element with these attributes (null and false are left out) and children. */
export function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value != null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** A button that does this. */
export function press(attributes, text, action) {
  const button = el('button', { type: 'button', ...attributes }, text);
  button.onclick = action;
  return button;
}
