// Invariant: any bytes are judged without a throw; a token is good only as its key made it and its holders added to it; and one more caveat
// never allows what was denied before.

import { createHmac } from "node:crypto";
import {
  attenuateToken,
  FetchGrant,
  judgeFetch,
  Key,
  mintToken,
  verifyToken,
  type Caveat,
  type Mac,
  type TokenContext,
} from "../src/index.js";

const mac: Mac = (key, data) => createHmac("sha256", key).update(data).digest();
const key = new Key("k", new Uint8Array(32).fill(7));
const root = {
  fetch: new FetchGrant({ origins: ["https://a.example", "*"], methods: ["GET", "POST"] }),
};
const context: TokenContext = {
  mac,
  keys: { active: key },
  now: 1_000_000,
  root,
  audience: "me",
  region: "0.1.2",
  takeUse: (_id, max) => max > 1,
};
const WORDS = [
  "https://a.example",
  "https://b.example",
  "*",
  "GET",
  "POST",
  "PUT",
  "me",
  "0.1",
  "0.10",
  "x",
];

export async function fuzz(data: Uint8Array): Promise<void> {
  await verifyToken(data, context);
  const [split = 0, flip = 0, at = 0] = data;
  const caveats = caveatsOf(data.subarray(3));
  const cut = split % (caveats.length + 1);
  const first = await mintToken(key, new Uint8Array(16).fill(split), caveats.slice(0, cut), mac);
  const second = await attenuateToken(first, caveats.slice(cut), mac);
  const [before, after] = [await verifyToken(first, context), await verifyToken(second, context)];
  if (after.type === "verified") {
    if (before.type !== "verified") throw new Error("a caveat made a token good");
    for (const url of ["https://a.example/", "https://b.example/", "http://a.example/"])
      for (const method of ["GET", "POST", "PUT"]) {
        const question = { url, method, fields: [], asksForCredentials: false };
        const [had, has] = [before, after].map(
          ({ grant }) => judgeFetch(grant.fetch ?? FetchGrant.none, question).type === "allowed",
        );
        if (has === true && had !== true) throw new Error(`a caveat allows ${method} ${url}`);
      }
  }
  if (flip === 0) return;
  const changed = Uint8Array.from(second);
  const place = (at * 16 + flip) % changed.length;
  changed[place] = (changed[place] ?? 0) ^ flip;
  const judged = await verifyToken(changed, context);
  if (judged.type === "verified") throw new Error(`a token that was changed at ${place} is good`);
}

/** Two bytes are a caveat. */
function caveatsOf(data: Uint8Array): Caveat[] {
  const caveats: Caveat[] = [];
  for (let at = 0; at + 1 < data.length && caveats.length < 16; at += 2) {
    const [kind = 0, value = 0] = data.subarray(at, at + 2);
    const word = WORDS[value % WORDS.length] ?? "x";
    const words = value % 3 === 0 ? [word] : [word, WORDS[(value >> 4) % WORDS.length] ?? "x"];
    switch (kind % 7) {
      case 0:
        caveats.push({ type: "origins", values: words });
        break;
      case 1:
        caveats.push({ type: "methods", values: words });
        break;
      case 2:
        caveats.push({ type: value % 2 === 0 ? "timeBefore" : "timeAfter", at: value * 8_000 });
        break;
      case 3:
        caveats.push({ type: "audience", value: word });
        break;
      case 4:
        caveats.push({ type: "regionScope", value: word });
        break;
      case 5:
        caveats.push({ type: "maxUses", count: 1 + (value % 3) });
        break;
      default:
        caveats.push({ type: "custom", name: word, value: word });
    }
  }
  return caveats;
}
