/** The sentences of these parts, in the visitor's language. */
import english from '../locales/more/en.json' with { type: 'json' };

export const more = { ...english };
let spoken = 'en';

/** English ones where the catalogue does not come. */
export async function speak({ lang, base, config }) {
  if (lang !== spoken) {
    spoken = lang;
    Object.assign(more, english);
    if (lang !== 'en') await read(`${base}locales/more/${lang}.json`);
  }
  Object.assign(more, config?.texts);
}

async function read(address) {
  try {
    Object.assign(more, await (await fetch(address)).json());
  } catch { }
}
