/** A small Markdown, built node by node: what a model writes is never parsed as HTML. */
const INLINE = /(`+)(.+?)\1|\*\*(.+?)\*\*|__(.+?)__|\*([^\s*](?:.*?[^\s*])?)\*|!\[([^\]]*)\]\([^)\s]*\)|\[([^\]]+)\]\(((?:[^()\s]|\([^()\s]*\))+)\)|\[(\d{1,2})\]|(https?:\/\/[^\s<>"'）]+)/g;
const SAFE = /^(https?:|mailto:|tel:|\/|#)/i;

const element = (name, ...children) => {
  const made = document.createElement(name);
  made.append(...children);
  return made;
};

/** A link that tells the other site nothing; plain text where its address is not safe. */
export function link(address, ...children) {
  // Control characters hide a scheme from the test but not from the browser.
  const clean = address.replace(/[\u0000-\u0020]/g, '');
  if (!SAFE.test(clean) || clean.startsWith('//')) return element('span', ...children);
  const made = element('a', ...children);
  made.href = clean;
  made.target = '_blank';
  made.rel = 'noopener noreferrer nofollow';
  return made;
}

function inline(text, cite) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(text.slice(end, found.index));
    end = found.index + found[0].length;
    const [all, , code, bold, strong, slanted, picture, label, address, mark, bare] = found;
    if (code) nodes.push(element('code', code));
    else if (bold || strong) nodes.push(element('strong', ...inline(bold || strong, cite)));
    else if (slanted) nodes.push(element('em', ...inline(slanted, cite)));
    else if (picture !== undefined) nodes.push(picture);
    else if (label) nodes.push(link(address, ...inline(label, cite)));
    else if (mark) nodes.push(cite(+mark) || all);
    else {
      const url = bare.replace(/[.,;:!?。，；：！？)\]]+$/, '');
      end -= bare.length - url.length;
      nodes.push(link(url, url));
    }
  }
  nodes.push(text.slice(end));
  return nodes;
}

/** Nodes for the text; `cite(mark)` gives the node of a citation mark, or nothing. */
export function markdown(text, cite = () => null) {
  const blocks = [];
  let list = null;
  let paragraph = [];
  let code = null;
  const lines = (rows) => rows.flatMap((row, n) => (n ? [element('br'), ...inline(row, cite)] : inline(row, cite)));
  const flush = () => {
    if (paragraph.length) blocks.push(element('p', ...lines(paragraph)));
    paragraph = [];
    list = null;
  };
  for (const line of text.split('\n')) {
    const bullet = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+(.*)/.exec(line);
    if (line.trim().startsWith('```')) {
      flush();
      if (code) code = null;
      else blocks.push(element('pre', (code = element('code'))));
    } else if (code) code.append(`${line}\n`);
    else if (bullet) {
      const kind = bullet[1] ? 'OL' : 'UL';
      if (list?.nodeName !== kind) {
        flush();
        blocks.push((list = element(kind)));
        if (bullet[1]) list.start = +bullet[1];
      }
      list.append(element('li', ...inline(bullet[2], cite)));
    } else if (/^#{1,6}\s/.test(line)) {
      flush();
      blocks.push(element('p', element('strong', ...inline(line.replace(/^#+\s+/, ''), cite))));
    } else if (line.trim()) {
      if (list) flush();
      paragraph.push(line);
    } else flush();
  }
  flush();
  return blocks;
}
