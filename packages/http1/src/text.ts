// Bytes to strings. Heads are ASCII almost always, and one call then reads all of a head; a head
// with obs-text becomes one character per byte (RFC 9110 §5.5), never a guess at an encoding.

const ascii = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Longest run given to fromCharCode at once: arguments live on the stack. */
const RUN = 4_096;

/** The bytes from `start` to `end`, one character each. `isAscii` must be known to be true if it is. */
export function byteString(
  bytes: Uint8Array,
  start: number,
  end: number,
  isAscii: boolean,
): string {
  if (isAscii)
    return ascii.decode(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
  let text = "";
  for (let at = start; at < end; at += RUN)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + RUN, end)));
  return text;
}
