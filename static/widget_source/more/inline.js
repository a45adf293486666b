/** The panel is a part of the page, in the place that the tag names. */
import look from 'inline.css';

export function paint(root) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(look);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
