/** The visitor's own storage on the host's site; memory where the browser allows none. */
const memory = {};

/** What was kept under this name, or null. */
export const recall = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return memory[name] ?? null;
  }
};

/** The value is kept under this name; null forgets it. */
export const keep = (name, value) => {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    if (value === null) delete memory[name];
    else memory[name] = value;
  }
};
