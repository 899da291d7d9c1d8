// Names that promise a secret, wherever in a name they stand and however it is written: one automaton (Aho and Corasick,
// 1975) reads each letter once.

const WORDS = [
  "authorization",
  "cookie",
  "secret",
  "token",
  "password",
  "apikey",
  "passwd",
  "passphrase",
  "credential",
  "privatekey",
  "session",
  "csrf",
  "bearer",
];

const LETTERS = 26;
const A = 0x61;
/** What a longer name has beyond this is looked at all the same: the automaton has no bound of its own. */
const SKIPPED: ReadonlySet<number> = /* @__PURE__ */ new Set([0x2d, 0x5f, 0x2e, 0x20]);

interface Automaton {
  /** By state and letter, the next state. */
  readonly next: Uint16Array;
  readonly ends: Uint8Array;
}

const AUTOMATON: Automaton = /* @__PURE__ */ build();

/** Whether a name, without regard to case, hyphens, underscores, dots and spaces, has a word of the list in it. */
export function promisesSecret(name: string, from = 0, to: number = name.length): boolean {
  const { next, ends } = AUTOMATON;
  let state = 0;
  for (let at = from; at < to; at++) {
    const code = name.charCodeAt(at);
    const letter = (code | 0x20) - A;
    if (letter >= 0 && letter < LETTERS && code < 0x80) {
      state = next[state * LETTERS + letter] ?? 0;
      if (ends[state] === 1) return true;
    } else if (!SKIPPED.has(code)) state = 0;
  }
  return false;
}

function build(): Automaton {
  const states = 1 + WORDS.reduce((sum, word) => sum + word.length, 0);
  const next = new Uint16Array(states * LETTERS);
  const ends = new Uint8Array(states);
  let made = 1;
  for (const word of WORDS) {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const place = state * LETTERS + word.charCodeAt(at) - A;
      if (next[place] === 0) next[place] = made++;
      state = next[place] ?? 0;
    }
    ends[state] = 1;
  }
  // Where a word cannot go on, the longest end of it that begins another does.
  const fallback = new Uint16Array(states);
  const queue: number[] = [];
  for (let letter = 0; letter < LETTERS; letter++) {
    const child = next[letter] ?? 0;
    if (child !== 0) queue.push(child);
  }
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] ?? 0;
    const other = fallback[state] ?? 0;
    if (ends[other] === 1) ends[state] = 1;
    for (let letter = 0; letter < LETTERS; letter++) {
      const place = state * LETTERS + letter;
      const child = next[place] ?? 0;
      const onward = next[other * LETTERS + letter] ?? 0;
      if (child === 0) next[place] = onward;
      else {
        fallback[child] = onward;
        queue.push(child);
      }
    }
  }
  return { next, ends };
}
