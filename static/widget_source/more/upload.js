/** Files between the visitor and the team: pictures and PDF. */
import { el } from '../dom.js';
import { newId } from '../storage.js';
import { api } from './kit.js';
import { more } from './words.js';

const KINDS = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf'];
const MEGABYTES = 10;

/** The visitor has chosen a file and it is on its way; the log shows it once the server has it. */
export function upload(kit) {
  const { panel, config } = kit;
  const { max_mb: most = MEGABYTES, types = KINDS } = config.upload;
  const input = el('input', { type: 'file', accept: types.join() });
  input.onchange = async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      if (!types.includes(file.type)) throw Error(more.badFile);
      if (file.size > most * 2 ** 20) throw Error(more.bigFile.replace('{}', most));
      panel.note(more.upload.replace('{}', file.name));
      const form = new FormData();
      form.append('file', file);
      form.append('client_id', newId());
      await api(kit, 'upload', form);
      panel.note('');
      panel.toEnd();
    } catch (error) {
      panel.note(error.message);
    }
  };
  input.click();
}

/** The file opens beside the page. */
export async function file(kit, { id, name, type }) {
  try {
    const address = URL.createObjectURL(new Blob([await (await api(kit, `file/${id}`)).arrayBuffer()], { type }));
    el('a', { href: address, target: '_blank', rel: 'noopener', download: type.startsWith('image/') ? null : name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  } catch (error) {
    kit.panel.note(error.message);
  }
}
