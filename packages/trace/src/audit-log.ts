// A log whose alteration shows. Each entry is chained to all before it and is a leaf of a tree; now and
// then, and at the end, a checkpoint with size, root and head of the chain is signed. Whoever can
// rewrite the file can compute hashes anew; without the key they cannot sign them.

import { canonicalJson } from "./canonical.js";
import type { TraceValue } from "./event.js";
import { MerkleTree, pairHash, type Sha256 } from "./merkle.js";

/** HMAC-SHA-256 or Ed25519 over bytes, given by the host. */
export interface Signer {
  readonly keyId: string;
  sign(bytes: Uint8Array): Uint8Array;
}

export interface Checkpoint {
  readonly v: 1;
  readonly logId: string;
  readonly size: number;
  readonly root: string;
  readonly chainHead: string;
  /** Microseconds on the clock of who wrote it. */
  readonly at: number;
  readonly keyId: string;
  /** The head of the log before this one, if it goes one. */
  readonly prev: string | null;
  readonly final: boolean;
}

export interface AuditLogOptions {
  readonly logId: string;
  readonly sha256: Sha256;
  readonly signer: Signer;
  /** Takes lines, each with its line end; what it took is written. */
  readonly write: (lines: string) => void;
  readonly now: () => number;
  readonly prev?: string;
  /** Entries between checkpoints. */
  readonly every?: number;
}

export const DOMAIN = "wirewall/audit/v1\n";
const CHAIN = 2;
const EVERY = 1_024;
const DIRTY_MICROS = 1_000_000;

const utf8 = /* @__PURE__ */ new TextEncoder();

export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #tree: MerkleTree;
  readonly #every: number;
  #head: Uint8Array;
  #signedSize = 0;
  #dirtySince: number | undefined;
  #isClosed = false;
  /** Lines that are not written. */
  #pending = "";

  constructor(options: AuditLogOptions) {
    const { sha256, logId, every = EVERY } = options;
    this.#options = options;
    this.#every = every;
    this.#tree = new MerkleTree(sha256);
    this.#head = firstHead(sha256, logId);
  }

  get size(): number {
    return this.#tree.size;
  }

  get head(): string {
    return hexOf(this.#head);
  }

  /** Proofs are its business. */
  get tree(): Pick<MerkleTree, "root" | "inclusionProof" | "consistencyProof" | "size"> {
    return this.#tree;
  }

  /** When a checkpoint is due; call `flush` then. */
  get deadline(): number | undefined {
    return this.#dirtySince === undefined ? undefined : this.#dirtySince + DIRTY_MICROS;
  }

  /** Adds an entry; it is written with the next `flush`, or when a checkpoint is due by count. */
  append(entry: TraceValue): void {
    if (this.#isClosed) throw new RangeError("entry: the log is closed");
    const line = canonicalJson(entry);
    const leaf = leafOf(this.#options.sha256, line);
    this.#tree.append(leaf);
    this.#head = nextHead(this.#options.sha256, this.#head, leaf);
    this.#pending += `{"entry":${line}}\n`;
    this.#dirtySince ??= this.#options.now();
    if (this.size - this.#signedSize >= this.#every) this.flush();
  }

  /** Writes what is pending, with a checkpoint behind it if entries have come since the last one. */
  flush(): void {
    if (this.size > this.#signedSize) this.#checkpoint(false);
    this.#write();
  }

  /** The last word: nothing can be cut off behind it without a trace. */
  close(): Checkpoint {
    const last = this.#checkpoint(true);
    this.#isClosed = true;
    this.#write();
    return last;
  }

  #checkpoint(final: boolean): Checkpoint {
    const { logId, signer, now, prev = null } = this.#options;
    const checkpoint: Checkpoint = {
      v: 1,
      logId,
      size: this.size,
      root: hexOf(this.#tree.root()),
      chainHead: this.head,
      at: now(),
      keyId: signer.keyId,
      prev,
      final,
    };
    const signature = hexOf(signer.sign(signedBytes(checkpoint)));
    this.#pending += `${canonicalJson({ checkpoint: { ...checkpoint }, signature })}\n`;
    this.#signedSize = this.size;
    this.#dirtySince = undefined;
    return checkpoint;
  }

  #write(): void {
    const lines = this.#pending;
    this.#pending = "";
    if (lines !== "") this.#options.write(lines);
  }
}

/** What a signature is over. */
export function signedBytes(checkpoint: Checkpoint): Uint8Array {
  return utf8.encode(`${DOMAIN}${canonicalJson({ ...checkpoint })}`);
}

export function firstHead(sha256: Sha256, logId: string): Uint8Array {
  return sha256(utf8.encode(`${DOMAIN}${logId}`));
}

export function nextHead(sha256: Sha256, head: Uint8Array, leaf: Uint8Array): Uint8Array {
  return pairHash(sha256, CHAIN, head, leaf);
}

/** RFC 6962 §2.1: the byte 0, then the entry. */
export function leafOf(sha256: Sha256, line: string): Uint8Array {
  return sha256(utf8.encode(`\0${line}`));
}

export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
