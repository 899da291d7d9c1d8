// Invariant: a secret that is planted in any structure, where secrets stand, survives in no mode and in no encoding; text is one line; and a
// second pass changes nothing.

import { redactor, Secret, type RedactionMode } from "../src/index.js";
import { CANARY, Structures } from "./structures.js";

const MODES: readonly RedactionMode[] = ["metadata_only", "strict", "none"];
const REDACTORS = MODES.map((mode) => redactor({ mode }));
const FORMS = [
  CANARY,
  Buffer.from(CANARY).toString("base64").replace(/=+$/, ""),
  Buffer.from(CANARY).toString("hex"),
  encodeURIComponent(CANARY),
];

export function fuzz(data: Uint8Array): void {
  const value = new Structures(data, (secret) => new Secret(secret)).value();
  const text = new TextDecoder().decode(data);
  for (const one of REDACTORS) {
    const once = JSON.stringify(one.redact(value).value) ?? "null";
    for (const form of FORMS)
      if (once.includes(form))
        throw new Error(`${one.mode}: a secret survives in ${once.slice(0, 500)}`);
    const twice = JSON.stringify(one.redact(JSON.parse(once)).value) ?? "null";
    if (once !== twice)
      throw new Error(`${one.mode}: ${once.slice(0, 300)} becomes ${twice.slice(0, 300)}`);
    const line = one.text(text);
    if (/[\0-\x1f\x7f-\x9f\u2028\u2029]/.test(line))
      throw new Error(`${one.mode}: it is not one line`);
    if (one.text(line) !== line)
      throw new Error(
        `${one.mode}: ${JSON.stringify(line)} becomes ${JSON.stringify(one.text(line))}`,
      );
  }
}
