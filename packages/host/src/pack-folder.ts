// A folder in which the lab keeps what it takes to see a failure again.

import type { Sha256 } from "@wirewall/trace";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./signing.js";

/** A `PackStore` of `@wirewall/lab`. */
export interface PackFolder {
  readonly sha256: Sha256;
  now(): number;
  pathOf(fingerprint: string): string;
  save(path: string, text: string): void;
}

/** Made when there is something to keep; a failure that is there already is written over. */
export function packFolder(path: string): PackFolder {
  return {
    sha256,
    now: () => Date.now(),
    pathOf: (fingerprint) => join(path, `${fingerprint.slice(0, 16)}.json`),
    save: (file, text) => {
      mkdirSync(path, { recursive: true });
      writeFileSync(file, text);
    },
  };
}
