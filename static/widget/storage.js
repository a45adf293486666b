/** The browser's storage for this site; memory where there is none. */
const memory = new Map();

export const recall = (name) => {
  if (memory.has(name)) return memory.get(name);
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

/** null forgets. */
export const keep = (name, value) => {
  memory.delete(name);
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    memory.set(name, value);
  }
};

export const kept = (start) => {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(start));
  } catch {
    return [];
  }
};
