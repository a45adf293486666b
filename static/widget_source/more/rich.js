/** Tables and code, loaded when an answer has one. */
import { el } from '../dom.js';
import look from 'rich.css';

const DIVIDER = /^[\s|:-]*-[\s|:-]*$/;

/** Its style is there from now on. */
export function paint(root) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(look);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** The node of a table or of code between fences. */
export function render(text, inline) {
  const lines = text.split('\n');
  if (!text.trim().startsWith('```')) return table(lines.filter((line) => line.trim()), inline);
  const from = lines.findIndex((line) => line.trim()) + 1;
  const to = lines.findLastIndex((line, at) => at >= from && line.trim().startsWith('```'));
  return el('pre', { tabindex: 0 }, el('code', null, `${lines.slice(from, to < 0 ? undefined : to).join('\n')}\n`));
}

function table([head, , ...rest], inline) {
  const row = (line, name) => el('tr', null, ...cells(line).map((cell) => el(name, null, ...inline(cell.trim()))));
  return el('div.table', { tabindex: 0 },
    el('table', null, row(head, 'th'), ...rest.filter((line) => !DIVIDER.test(line)).map((line) => row(line, 'td'))));
}

const cells = (line) => line.replace(/^\s*\||\|\s*$/g, '').split('|');
