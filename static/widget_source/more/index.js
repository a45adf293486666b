/** What few visitors use, loaded when one does. Every part is given the widget's kit. */
import * as forms from './forms.js';
import { menu } from './menu.js';
import * as refusals from './refusals.js';
import * as session from './session.js';
import { sources } from './sources.js';
import { file, upload } from './upload.js';
import { speak } from './words.js';

const parts = { ...forms, ...refusals, ...session, menu, sources, file, upload };

/** The part of this name has begun; the words of the visitor's language are there first. */
export async function run(name, kit, ...given) {
  await speak(kit);
  return parts[name](kit, ...given);
}
