// Going on with a transfer that broke off (RFC 9110 §14.2, §15.3.7). What comes is the rest of what
// was kept only if all that is said about it agrees: the validator, where the range starts and ends,
// the total, and the length. Anything else is refused; nothing is mended.

import { Fields } from "@wirewall/fields";
import { ClientError } from "./errors.js";

/** What was kept of a response, as its head described it. */
export interface KeptPart {
  readonly receivedBytes: number;
  readonly totalBytes: number;
  /** A strong validator: without one, the rest of something else cannot be told apart. */
  readonly etag: string;
  readonly contentEncoding: string | undefined;
}

/** The parts of a response head that are looked at. */
export interface ResumableHead {
  readonly status: number;
  readonly fields: Fields;
  readonly contentLength: number | undefined;
}

/** The rest of a transfer: bytes `first` to `last` of `totalBytes`. */
export interface RestOfContent {
  readonly first: number;
  readonly last: number;
  readonly totalBytes: number;
}

const STRONG_ETAG = /^"[\x21\x23-\x7e\x80-\xff]*"$/;
const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/;

/** What can be resumed of a broken 200, or undefined where length or strong validator are missing. */
export function keepPart(head: ResumableHead, receivedBytes: number): KeptPart | undefined {
  const { status, fields, contentLength } = head;
  const etag = single(fields, "etag");
  if (status !== 200 || contentLength === undefined) return undefined;
  if (etag === undefined || !STRONG_ETAG.test(etag)) return undefined;
  if (!Number.isSafeInteger(receivedBytes) || receivedBytes < 1 || receivedBytes >= contentLength)
    return undefined;
  return {
    receivedBytes,
    totalBytes: contentLength,
    etag,
    contentEncoding: fields.get("content-encoding"),
  };
}

/** The fields that ask for the rest, and for nothing if the content has changed. */
export function resumeFields(kept: KeptPart): Fields {
  return new Fields([
    ["range", `bytes=${kept.receivedBytes}-`],
    ["if-range", kept.etag],
  ]);
}

/**
 * Judges the answer to that: the rest, or undefined for a 200, which starts again from the first
 * byte and leaves nothing of what was kept.
 *
 * @throws ClientError `client.resume.mismatch` if anything does not agree.
 */
export function judgeRest(kept: KeptPart, head: ResumableHead): RestOfContent | undefined {
  const { status, fields, contentLength } = head;
  if (status === 200) return undefined;
  if (status !== 206) throw mismatch("neither 206 nor 200");
  if (single(fields, "etag") !== kept.etag) throw mismatch("another ETag");
  if (fields.get("content-encoding") !== kept.contentEncoding) throw mismatch("another coding");
  const match = CONTENT_RANGE.exec(single(fields, "content-range") ?? "");
  if (match === null) throw mismatch("no single byte range");
  const [first, last, totalBytes] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (first !== kept.receivedBytes) throw mismatch("another start");
  if (totalBytes !== kept.totalBytes) throw mismatch("another total");
  if (last !== totalBytes - 1) throw mismatch("another end");
  if (contentLength !== undefined && contentLength !== last - first + 1)
    throw mismatch("Content-Length against Content-Range");
  return { first, last, totalBytes };
}

/** The content of the rest, which ends well only after exactly as many bytes as the range has. */
export async function* contentOfRest(
  rest: RestOfContent,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let left = rest.last - rest.first + 1;
  for await (const piece of content) {
    if (piece.length > left) throw mismatch("more bytes than the range has");
    left -= piece.length;
    yield piece;
  }
  if (left > 0) throw mismatch("fewer bytes than the range has");
}

function single(fields: Fields, name: string): string | undefined {
  const values = fields.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function mismatch(detail: string): ClientError {
  return new ClientError("client.resume.mismatch", { detail });
}
