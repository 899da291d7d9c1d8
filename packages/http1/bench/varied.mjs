// Inputs that differ and are the same in every process: a small generator with a fixed start.

/** Whole numbers below 2^31, one per call (a linear congruence). */
export function step(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state >>> 8;
  };
}

/** Eight hexadecimal digits. */
export function hex(random) {
  const text = ((random() & 0xffff) * 0x1_0000 + (random() & 0xffff)).toString(16);
  return text.padStart(8, "0");
}

/** A request without content of exactly so many bytes: the last field takes what is left. */
export function sized(bytes, lines, lastField, filler) {
  const start = `${lines.join("\r\n")}\r\n${lastField}`;
  const left = bytes - start.length - 4;
  let value = "";
  while (value.length < left) value += filler();
  if (left < 8) throw new RangeError(`the request has no room: ${left} bytes are left`);
  return Buffer.from(`${start}${value.slice(0, left)}\r\n\r\n`, "latin1");
}
