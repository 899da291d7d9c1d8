// The programs whose numbers of traces are known, written from their definitions.

import type { Op, Thread } from "./toy.ts";

const read = (on: string): Op => ({ kind: "read", on });
const write = (on: string, value = 1): Op => ({ kind: "write", on, value });
const update = (on: string, change: (value: number) => number): Op => ({
  kind: "update",
  on,
  change,
});
const lock = (on: string): Op => ({ kind: "lock", on });
const unlock = (on: string): Op => ({ kind: "unlock", on });
const times = (n: number, make: (at: number) => Thread): Thread[] =>
  Array.from({ length: n }, (_, at) => make(at));
const inTurn = (...ops: Op[]): Thread =>
  (function* () {
    for (const op of ops) yield op;
  })();

export const programs: Readonly<Record<string, (n: number) => Thread[]>> = {
  readers: (n) => [inTurn(write("x")), ...times(n, () => inTurn(read("x")))],

  lastzero: (n) => [
    (function* (): Thread {
      let at = n;
      while ((yield read(`a${at}`)) !== 0) at--;
    })(),
    ...times(n, function* (index): Thread {
      const value = yield read(`a${index}`);
      yield write(`a${index + 1}`, value + 1);
    }),
  ],

  indexer: (n) =>
    times(n, function* (thread): Thread {
      for (let m = 1; m <= 4; m++) {
        const word = 11 * m + thread;
        let place = (7 * word) % 128;
        while ((yield update(`h${place}`, (value) => (value === 0 ? word : value))) !== 0)
          place = (place + 1) % 128;
      }
    }),

  filesystem: (n) =>
    times(n, function* (thread): Thread {
      const inode = thread % 32;
      yield lock(`li${inode}`);
      if ((yield read(`i${inode}`)) === 0) {
        let block = (2 * inode) % 26;
        for (;;) {
          yield lock(`lb${block}`);
          if ((yield read(`b${block}`)) === 0) {
            yield write(`b${block}`);
            yield write(`i${inode}`, block + 1);
            yield unlock(`lb${block}`);
            break;
          }
          yield unlock(`lb${block}`);
          block = (block + 1) % 26;
        }
      }
      yield unlock(`li${inode}`);
    }),

  binc: (n) =>
    times(n, () =>
      inTurn(
        update("x", (value) => value + 1),
        update("y", (value) => value + 1),
      ),
    ),
  writers: (n) => times(n, (at) => inTurn(write("x", at))),
  increments: (n) => times(n, () => inTurn(update("x", (value) => value + 1))),
  lockers: (n) => times(n, () => inTurn(lock("m"), unlock("m"))),
  writersReader: (n) => [...times(n, (at) => inTurn(write("x", at))), inTurn(read("x"))],
  redundantCo: (n) => [
    ...times(2, () => inTurn(...Array.from({ length: n }, () => write("x")))),
    inTurn(read("x"), read("x")),
  ],
  dining: (n) =>
    times(n, (k) => {
      const [left, right] = [`f${k}`, `f${(k + 1) % n}`];
      return inTurn(lock(left), lock(right), unlock(right), unlock(left));
    }),
  SB: () => [inTurn(write("x"), read("y")), inTurn(write("y"), read("x"))],
  MP: () => [inTurn(write("x"), write("y")), inTurn(read("y"), read("x"))],
  LB: () => [inTurn(read("x"), write("y")), inTurn(read("y"), write("x"))],
  "2+2W": () => [inTurn(write("x"), write("y")), inTurn(write("y"), write("x"))],
  IRIW: () => [
    inTurn(write("x")),
    inTurn(write("y")),
    inTurn(read("x"), read("y")),
    inTurn(read("y"), read("x")),
  ],
};

/** Program, its size, and how many traces it has: exact, from enumeration or from published tables. */
export const counts: readonly (readonly [program: string, n: number, traces: number])[] = [
  ["readers", 2, 4],
  ["readers", 8, 256],
  ["readers", 13, 8_192],
  ["lastzero", 1, 2],
  ["lastzero", 2, 5],
  ["lastzero", 3, 12],
  ["lastzero", 4, 28],
  ["lastzero", 5, 64],
  ["lastzero", 6, 144],
  ["lastzero", 10, 3_328],
  ["indexer", 11, 1],
  ["indexer", 12, 8],
  ["indexer", 13, 64],
  ["indexer", 14, 512],
  ["indexer", 15, 4_096],
  ["filesystem", 14, 2],
  ["filesystem", 16, 8],
  ["filesystem", 18, 32],
  ["filesystem", 19, 64],
  ["binc", 2, 4],
  ["binc", 3, 36],
  ["binc", 4, 576],
  ["writers", 2, 2],
  ["writers", 3, 6],
  ["writers", 4, 24],
  ["writers", 5, 120],
  ["increments", 4, 24],
  ["lockers", 2, 2],
  ["lockers", 3, 6],
  ["lockers", 4, 24],
  ["lockers", 5, 120],
  ["writersReader", 1, 2],
  ["writersReader", 3, 24],
  ["writersReader", 5, 720],
  ["redundantCo", 1, 12],
  ["redundantCo", 2, 90],
  ["redundantCo", 3, 560],
  ["dining", 2, 3],
  ["dining", 3, 7],
  ["dining", 4, 15],
  ["dining", 5, 31],
  ["dining", 6, 63],
  ["SB", 2, 3],
  ["MP", 2, 3],
  ["LB", 2, 3],
  ["2+2W", 2, 3],
  ["IRIW", 4, 15],
];
