// Reads the words of a command line by a table. Whatever is not understood is named in one line, with
// the nearest word that would be.

export class OptionError extends Error {}

/**
 * @typedef {object} OptionTable
 * @property {Readonly<Record<string, unknown>>} defaults
 * @property {string} noun what a word without dashes is, and where it goes; one is taken
 * @property {Readonly<Record<string, readonly [name: string, value: unknown]>>} switches what each sets
 * @property {Readonly<Record<string, (word: string, text: string) => unknown>>} values how each is read
 */

/**
 * @param {readonly string[]} args
 * @param {OptionTable} table
 * @throws OptionError that says what was not understood
 */
export function readOptions(args, { defaults, noun, switches, values }) {
  const options = { ...defaults };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "-h") options.help = true;
    else if (!arg.startsWith("-")) {
      if (options[noun] !== undefined)
        throw new OptionError(`expected one ${noun}, got ${options[noun]} and ${arg}`);
      options[noun] = arg;
    } else {
      const [word, joined] = split(arg);
      if (Object.hasOwn(switches, word) && joined === undefined) {
        const [name, value] = switches[word];
        options[name] = value;
      } else if (Object.hasOwn(values, word)) {
        const text = joined ?? rest.shift();
        if (text === undefined || text === "") throw new OptionError(`--${word} expects a value`);
        options[word] = values[word](word, text);
      } else {
        const names = Object.keys({ ...switches, ...values }).map((name) => `--${name}`);
        throw new OptionError(`unknown option ${arg}${suggestion(`--${word}`, names)}`);
      }
    }
  }
  return options;
}

/** Reads a value as it stands. */
export const asText = (word, text) => text;

/** Reads a whole number within bounds. */
export const wholeNumber = (least, most) => (word, text) => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new OptionError(
      `--${word}: expected a whole number from ${least} to ${most}, got ${text}`,
    );
  return number;
};

/** What to add to a message about an unknown word: the nearest known one, if any is near. */
export function suggestion(word, candidates) {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .sort((left, right) => left.edits - right.edits);
  const best = ranked[0];
  const near =
    best !== undefined && best.edits <= Math.max(2, Math.floor(best.candidate.length / 3));
  return near ? `, did you mean ${best.candidate}?` : "";
}

function split(arg) {
  const equals = arg.indexOf("=");
  const word = (equals === -1 ? arg : arg.slice(0, equals)).replace(/^--?/, "");
  return [word, equals === -1 ? undefined : arg.slice(equals + 1)];
}

/** Levenshtein's, row by row. */
function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++)
      next.push(
        Math.min(
          row[column] + 1,
          next[column - 1] + 1,
          row[column - 1] + (from[line - 1] === to[column - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[to.length];
}
