/** Every sentence of ours, in the visitor's language. */
import english from './locales/en.json' with { type: 'json' };

const OTHERS = ['zh', 'ar', 'es', 'fr', 'de', 'pt', 'ja'];
export const strings = { ...english };

/** The sentence with this in its gap. */
export const fill = (name, what) => strings[name].replace('{}', what);

/** The first language of these that there is: `pt-BR` is `pt`. */
export function choose(wanted) {
  return wanted.map((one) => one?.slice(0, 2).toLowerCase()).find((one) => one === 'en' || OTHERS.includes(one)) || 'en';
}

/** The sentences are those of this language; English ones where its catalogue does not come. */
export async function speak(code, base) {
  Object.assign(strings, english);
  if (code === 'en') return;
  try {
    Object.assign(strings, await (await fetch(`${base}${code}.json`)).json());
  } catch { }
}
