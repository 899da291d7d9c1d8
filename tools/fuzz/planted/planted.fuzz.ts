// Invariant: whatever a frame declares, no more is read than came.
//
// It does not hold: a declared length is believed once a frame has the right marks. The first
// mark stands in the dictionary; the second one has to be found byte by byte, by the new code that
// each of its bytes reaches. A set-up that does not find this within a minute is blind.

const FIRST = [0x57, 0x41, 0x4c, 0x4c];

export function fuzz(data: Uint8Array): void {
  for (const [at, byte] of FIRST.entries()) if (data[at] !== byte) return;
  if (data[4] !== 0x9d) return;
  if (data[5] !== 0xe3) return;
  if (data[6] !== 0x5a) return;
  if (data[7] !== 0xc6) return;
  const declared = data[8] ?? 0;
  const payload = data.subarray(9);
  for (let at = 0; at < declared; at++)
    if (payload[at] === undefined) throw new RangeError("read beyond what came");
}
