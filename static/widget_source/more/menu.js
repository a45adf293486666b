/** What can be done with the whole chat. */
import { el, press } from '../dom.js';
import { drawer } from './drawer.js';
import { api } from './kit.js';
import { startOver } from './session.js';
import { more } from './words.js';

/** Every choice is a button of its own. */
export function menu(kit) {
  const { strings, panel, config, act } = kit;
  const choice = (text, action) => el('li', null, press('item', text, action));
  const leave = (action) => () => {
    shut();
    action();
  };
  const shut = drawer(kit, strings.menu, el('ul.items', null,
    panel.person.hidden ? '' : choice(strings.person, leave(act.person)),
    choice(more.download, leave(() => download(kit))),
    config.mail_capture ? choice(more.leaveMail, () => act.more('leaveMail')) : '',
    config.csat ? choice(more.rate, () => act.more('rate')) : '',
    choice(more.startOver, () => sure(kit))));
}

function sure(kit) {
  const shut = drawer(kit, more.startOver, el('p', null, more.startOverSure), el('div.row', null,
    press('main', more.startOver, () => {
      shut();
      startOver(kit);
    }),
    press('text', more.back, () => shut())));
}

/** The chat as a Markdown file. */
async function download(kit) {
  try {
    const address = URL.createObjectURL(await (await api(kit, 'transcript')).blob());
    el('a', { href: address, download: 'chat.md' }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  } catch (error) {
    kit.panel.note(error.message);
  }
}
