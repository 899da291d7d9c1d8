// Counting what a separator would split, before anything is split.

/**
 * Where piece number `max + 1` of the text starts, or -1 if there are at most `max` pieces.
 * `separator` is one character.
 */
export function startOfPieceAfter(text: string, separator: string, max: number): number {
  let at = 0;
  for (let piece = 0; piece < max; piece++) {
    const found = text.indexOf(separator, at);
    if (found === -1) return -1;
    at = found + 1;
  }
  return at;
}
