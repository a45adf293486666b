/** The passages that an answer quotes. */
import { el } from '../dom.js';
import { link } from '../markdown.js';
import { drawer } from './drawer.js';

/** With number, title, site and the very words. */
export function sources(kit, citations) {
  drawer(kit, kit.strings.sources, el('ol.quotes', null, ...citations.map(({ mark, title, url, excerpt }) => (
    el('li', { value: mark }, el('strong', { dir: 'auto' }, link(url, title)), el('small', null, site(url)), el('blockquote', { dir: 'auto' }, excerpt || ''))
  ))));
}

function site(url) {
  try {
    return new URL(url, location.href).host;
  } catch {
    return '';
  }
}
