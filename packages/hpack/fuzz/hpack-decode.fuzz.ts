// Invariant: any bytes are fields or one refusal, read the same however they are cut, within the
// bound of what may be kept; as blocks of one connection they stay within list and count, the table
// stays in step with hpack.js, which reads no accepted block otherwise; and what was read is written
// again so that both read the same.

import { BlockDecoder, BlockEncoder, Decoder, limits, type HpackViolation } from "@wirewall/hpack";
import { Ledger } from "@wirewall/limits";
import {
  Choices,
  expectCleanPrototypes,
  expectOneReading,
  expectSame,
  readEveryWay,
} from "../../../tools/fuzz/oracle.js";
import { decompressor, readWithHpackJs } from "../test/laws/hpack-js.js";
import { hpackJs } from "../test/laws/peers.js";
import { stricter } from "../test/laws/stricter.js";

interface Sent {
  readonly name: string;
  readonly value: string;
  readonly neverIndexed: boolean;
}

const values = limits.resolve();
const TABLE_BOUND = values.maxTableBytes + (values.maxTableBytes / 32) * 128;
const BOUND = TABLE_BOUND + 2 * values.maxBlockBytes + 256;
const SMALL = { maxHeaderListBytes: 1_024, maxHeaderCount: 12, maxStringBytes: 200 };
const TABLES = [4_096, 4_096, 100, 0] as const;

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  const transcript = readEveryWay((ledger) => new Decoder({ ledger }), data, choices, BOUND);
  expectOneReading(hpackJs, data, transcript);
  converse(blocksOf(data), TABLES[choices.upTo(TABLES.length - 1)] ?? 0);
  expectCleanPrototypes();
}

/** A connection: block after block, here and there, and all that was read is sent on. */
function converse(blocks: readonly Uint8Array[], tableBytes: number): void {
  const ledger = new Ledger({ maxRetainedBytes: Number.MAX_SAFE_INTEGER });
  const decoder = new BlockDecoder({ limits: SMALL, tableBytes, ledger });
  const peer = decompressor(tableBytes);
  const encoder = new BlockEncoder({ tableBytes });
  const next = new BlockDecoder({ tableBytes });
  const nextPeer = decompressor(tableBytes);
  for (const block of blocks) {
    const ours = read(decoder, block);
    expectBounds(ours.fields, decoder, ledger);
    const theirs = readWithHpackJs(peer, block);
    if (theirs.refusal?.includes("does not fit") === true) return;
    const { violation } = ours;
    if (violation?.scope === "connection") {
      if (theirs.refusal === undefined && !(violation.code in stricter))
        throw new Error(`${violation.code} refuses what hpack.js reads`);
      expectDead(decoder);
      return;
    }
    if (theirs.refusal !== undefined) throw new Error(`hpack.js refuses it: ${theirs.refusal}`);
    const names = theirs.fields.slice(0, ours.fields.length);
    expectSame("the fields", ours.fields.map(pairOf), names);
    if (violation === undefined) {
      expectSame("their number", ours.fields.length, theirs.fields.length);
      expectSame("what is never indexed", neverOf(ours.fields), theirs.never);
    }
    sendOn(ours.fields, encoder, next, nextPeer);
  }
}

function sendOn(
  fields: readonly Sent[],
  encoder: BlockEncoder,
  next: BlockDecoder,
  nextPeer: ReturnType<typeof decompressor>,
): void {
  encoder.begin();
  for (const { name, value, neverIndexed } of fields) encoder.field(name, value, neverIndexed);
  const block = encoder.finish();
  const again = read(next, block);
  if (again.violation !== undefined)
    throw new Error(`what was written is refused by ${again.violation.code}`);
  expectSame("what was written", again.fields.map(pairOf), fields.map(pairOf));
  for (const [at, { neverIndexed }] of fields.entries())
    if (neverIndexed && again.fields[at]?.neverIndexed !== true)
      throw new Error("a field that is never indexed was written as another");
  const theirs = readWithHpackJs(nextPeer, block);
  expectSame("what hpack.js reads", theirs.fields, fields.map(pairOf));
  expectSame("the tables", encoder.tableBytes, next.tableBytes);
}

function read(
  decoder: BlockDecoder,
  block: Uint8Array,
): { readonly fields: readonly Sent[]; readonly violation: HpackViolation | undefined } {
  const fields: Sent[] = [];
  const violation = decoder.decode(block, 0, block.length, 0, {
    field(name, value, _mark, neverIndexed) {
      fields.push({ name, value, neverIndexed });
    },
  });
  if (violation !== undefined && !(violation.offset >= 0 && violation.offset <= block.length))
    throw new Error(`${violation.code} at ${violation.offset} of ${block.length}`);
  return { fields, violation };
}

function expectBounds(fields: readonly Sent[], decoder: BlockDecoder, ledger: Ledger): void {
  const bytes = fields.reduce((sum, { name, value }) => sum + name.length + value.length + 32, 0);
  if (bytes > SMALL.maxHeaderListBytes || fields.length > SMALL.maxHeaderCount)
    throw new Error(`${fields.length} fields of ${bytes} bytes were handed out`);
  if (decoder.tableBytes > values.maxTableBytes || decoder.retained > TABLE_BOUND)
    throw new Error(`${decoder.retained} bytes retained`);
  if (ledger.retained !== decoder.retained) throw new Error("the ledger is not what is retained");
}

function expectDead(decoder: BlockDecoder): void {
  if (decoder.retained !== 0 || decoder.tableCount !== 0) throw new Error("not dead");
}

/** A length in the first octet of each; the last one may be shorter. */
function blocksOf(data: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < data.length;) {
    const length = data[at++] ?? 0;
    blocks.push(data.slice(at, at + length));
    at += length;
  }
  return blocks;
}

function pairOf({ name, value }: Sent): readonly [string, string] {
  return [name, value];
}

function neverOf(fields: readonly Sent[]): string[] {
  return fields.filter(({ neverIndexed }) => neverIndexed).map(({ name }) => name);
}
