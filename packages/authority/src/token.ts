// Tokens that whoever holds one can make weaker, and nobody stronger: each caveat is signed by the tag before it, and
// only the last tag is handed on, so that no caveat can be taken out again.
//
//   tag 0 = HMAC(key, "wirewall-token:1\0" ‖ key id ‖ id)      tag i = HMAC(tag i−1, caveat i)

import { caveatField, fieldBytes, readFields, type Caveat, type Field } from "./caveats.js";
import { ownBytes, type Key, type Mac } from "./keys.js";

export const MOST_CAVEATS = 32;
export const MOST_TOKEN_BYTES = 4_096;
const ID_BYTES = 16;
const TAG_BYTES = 32;
const KEY_ID = 0x01;
const ID = 0x02;
const TAG = 0xff;
const DOMAIN = /* @__PURE__ */ new TextEncoder().encode("wirewall-token:1\0");

/** A token taken apart; nothing is believed of it yet. */
export interface ReadToken {
  readonly keyId: string;
  readonly id: Uint8Array<ArrayBuffer>;
  readonly caveats: readonly Field[];
  readonly tag: Uint8Array<ArrayBuffer>;
}

/**
 * A new token.
 *
 * @param id 16 random bytes, by which its uses are counted.
 * @throws RangeError for an id of another length, or too many or too large caveats.
 */
export async function mintToken(
  key: Key,
  id: Uint8Array,
  caveats: readonly Caveat[],
  mac: Mac,
): Promise<Uint8Array<ArrayBuffer>> {
  if (id.length !== ID_BYTES) throw new RangeError(`id: expected ${ID_BYTES} random bytes`);
  const head = headOf(key.id, ownBytes(id));
  const tag = await key.sign(joined([DOMAIN, head]), mac);
  return extend(head, tag, caveats, 0, mac);
}

/** @throws RangeError for what is no token, or becomes too large. */
export async function attenuateToken(
  token: Uint8Array,
  caveats: readonly Caveat[],
  mac: Mac,
): Promise<Uint8Array<ArrayBuffer>> {
  const read = readToken(token);
  if (read === undefined) throw new RangeError("token: expected one that is whole");
  const body = ownBytes(token.subarray(0, token.length - fieldBytes(tagField(read.tag)).length));
  return extend(body, read.tag, caveats, read.caveats.length, mac);
}

/** @internal The tag that a key gives a token. */
export async function tagOf(key: Key, token: ReadToken, mac: Mac): Promise<Uint8Array> {
  let tag = await key.sign(joined([DOMAIN, headOf(token.keyId, token.id)]), mac);
  for (const caveat of token.caveats) tag = ownBytes(await mac(tag, fieldBytes(caveat)));
  return tag;
}

/** @internal The parts of a token that is within its bounds and whole. */
export function readToken(token: Uint8Array): ReadToken | undefined {
  if (token.length > MOST_TOKEN_BYTES) return undefined;
  const fields = readFields(token);
  const [keyId, id] = fields ?? [];
  const tag = fields?.at(-1);
  if (fields === undefined || keyId?.type !== KEY_ID || id?.type !== ID || tag?.type !== TAG)
    return undefined;
  const caveats = fields.slice(2, -1);
  const isWhole =
    keyId.value.length <= 64 &&
    id.value.length === ID_BYTES &&
    tag.value.length === TAG_BYTES &&
    caveats.length <= MOST_CAVEATS &&
    caveats.every(({ type }) => type !== KEY_ID && type !== ID && type !== TAG);
  if (!isWhole) return undefined;
  return { keyId: new TextDecoder().decode(keyId.value), id: id.value, caveats, tag: tag.value };
}

async function extend(
  body: Uint8Array<ArrayBuffer>,
  tag: Uint8Array<ArrayBuffer>,
  caveats: readonly Caveat[],
  before: number,
  mac: Mac,
): Promise<Uint8Array<ArrayBuffer>> {
  if (before + caveats.length > MOST_CAVEATS)
    throw new RangeError(`caveats: expected at most ${MOST_CAVEATS}`);
  const parts = [body];
  for (const caveat of caveats) {
    const bytes = fieldBytes(caveatField(caveat));
    parts.push(bytes);
    tag = ownBytes(await mac(tag, bytes));
  }
  const token = joined([...parts, fieldBytes(tagField(tag))]);
  if (token.length > MOST_TOKEN_BYTES)
    throw new RangeError(`token: expected at most ${MOST_TOKEN_BYTES} bytes`);
  return token;
}

function headOf(keyId: string, id: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const name = { type: KEY_ID, value: new TextEncoder().encode(keyId) };
  return joined([fieldBytes(name), fieldBytes({ type: ID, value: id })]);
}

function tagField(tag: Uint8Array<ArrayBuffer>): Field {
  return { type: TAG, value: tag };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
