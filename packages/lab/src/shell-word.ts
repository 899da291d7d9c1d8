// One word of a command line, whatever is in it: what is printed for people to paste must not be more.

export function shellWord(text: string): string {
  return /^[\w./@:%+=-][\w./@:%+=#-]*$/.test(text)
    ? text
    : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
