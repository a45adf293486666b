/** Very many come just now: whoever is new finds a number, which costs a moment, and is let in. */
const AT_ONCE = 3000; // numbers between two breaths of the page, some 10 ms

/** The fraction of a root of a prime, as FIPS 180-4 makes its constants. */
const fraction = (number, root) => number ** (1 / root) * 2 ** 32 | 0;
const primes = [];
for (let one = 2; primes.length < 64; one++) if (primes.every((prime) => one % prime)) primes.push(one);
const ROUNDS = primes.map((prime) => fraction(prime, 3));
const START = primes.slice(0, 8).map((prime) => fraction(prime, 2));

const turn = (word, by) => word >>> by | word << 32 - by;

/** The first 32 bits of the SHA-256 of these bytes; `crypto.subtle` is not there on http pages. */
function head(bytes) {
  const length = bytes.length;
  const words = new Int32Array((length + 72 >> 6) * 16);
  const put = (at, byte) => words[at >> 2] |= byte << 24 - at % 4 * 8;
  bytes.forEach((byte, at) => put(at, byte));
  put(length, 128);
  words[words.length - 1] = length * 8;
  const state = [...START];
  const plan = new Int32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      if (i < 16) plan[i] = words[block + i];
      else {
        const [x, y] = [plan[i - 15], plan[i - 2]];
        plan[i] = plan[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ x >>> 3) + plan[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ y >>> 10);
      }
      const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + ROUNDS[i] + plan[i] | 0;
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => state[i] = state[i] + word | 0);
  }
  return state[0];
}

/** The line asks for its session again with the number whose SHA-256 behind the seed begins with so many zero bits. */
export async function run(line, { puzzle: { seed, bits } }) {
  const write = new TextEncoder();
  for (let number = 0; ; number++) {
    if (Math.clz32(head(write.encode(`${seed}:${number}`))) >= bits) {
      line.facts = { ...line.facts, puzzle: { seed, answer: `${number}` } };
      return;
    }
    if (number % AT_ONCE === 0) await new Promise((next) => setTimeout(next));
  }
}
