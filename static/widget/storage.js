/** The visitor's own storage on the host's site; memory where the browser allows none. */
const memory = new Map();

/** What was kept under this name, or null. */
export const recall = (name) => {
  if (memory.has(name)) return memory.get(name);
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

/** The value is kept under this name; null forgets it. */
export const keep = (name, value) => {
  memory.delete(name);
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    memory.set(name, value);
  }
};

/** The names that are kept and begin like this. */
export const kept = (start) => {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(start));
  } catch {
    return [];
  }
};
