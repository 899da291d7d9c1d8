// Hostile shapes that requests and responses share: whatever can be long, many or nested in a head,
// in chunk framing and in trailers.

import type { Shape } from "#laws";

const MiB = 1_048_576;

/** Limits that no shape reaches. */
export const raised = {
  maxHeaderBytes: 16 * MiB,
  maxHeaderCount: 65_536,
  maxFieldNameBytes: 65_536,
  maxRequestLineBytes: MiB,
  maxStatusLineBytes: MiB,
  maxChunkLineBytes: 65_536,
  maxChunkExtensionBytes: MiB,
  maxTrailerBytes: MiB,
  maxTrailerCount: 4_096,
  maxRetainedBytes: 1_024 * MiB,
};

export const chunkedBody = "5\r\nhello\r\n";

/** Heads that start with the given text, which ends in a field line. */
export function fieldShapes(start: string): Shape[] {
  const head = (lines: string): Uint8Array => ascii(`${start}content-length: 0\r\n${lines}\r\n`);
  return [
    {
      name: "one long value",
      limits: raised,
      input: (bytes) => head(`a: ${"v".repeat(bytes)}\r\n`),
    },
    {
      name: "one long value with obs-text",
      limits: raised,
      input: (bytes) => head(`a: ${"\u00e9".repeat(bytes)}\r\n`),
    },
    {
      name: "a value of blanks",
      limits: raised,
      input: (bytes) => head(`a: ${" \t".repeat(bytes / 2)}\r\n`),
    },
    {
      name: "a value with blanks inside",
      limits: raised,
      input: (bytes) => head(`a: x${" ".repeat(bytes)}x\r\n`),
    },
    {
      name: "one long name",
      limits: raised,
      input: (bytes) => head(`${"n".repeat(Math.min(bytes, 65_536))}: v\r\n`),
    },
    {
      name: "many empty fields",
      limits: raised,
      input: (bytes) => head("a:\r\n".repeat(bytes / 4)),
    },
    {
      name: "many fields with names that decide",
      limits: raised,
      input: (bytes) => head("connection:a\r\n".repeat(Math.min(250, bytes / 14))),
    },
    {
      name: "many fields with distinct names",
      limits: raised,
      input: (bytes) => {
        let lines = "";
        for (let at = 0; lines.length < bytes; at++) lines += `n${at.toString(36)}:v\r\n`;
        return head(lines);
      },
    },
    {
      name: "many connection options",
      limits: raised,
      refused: true,
      input: (bytes) => head(`connection: a${",a".repeat(bytes / 2)}\r\n`),
    },
    {
      name: "many transfer codings",
      limits: raised,
      refused: true,
      input: (bytes) =>
        ascii(`${start}transfer-encoding: a${",a".repeat(bytes / 2)}, chunked\r\n\r\n`),
    },
    {
      name: "a long length",
      limits: raised,
      refused: true,
      input: (bytes) => ascii(`${start}content-length: ${"1".repeat(bytes)}\r\n\r\n`),
    },
  ];
}

/** Chunked content after the given head. */
export function chunkShapes(head: string): Shape[] {
  return [
    {
      name: "chunks of one byte",
      input: (bytes) => ascii(`${head}${"1\r\nx\r\n".repeat(bytes / 6)}0\r\n\r\n`),
    },
    {
      name: "chunks of growing size",
      input: (bytes) => {
        let text = head;
        for (let size = 1; text.length < bytes; size = (size * 3) % 4_099)
          text += `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`;
        return ascii(`${text}0\r\n\r\n`);
      },
    },
    {
      name: "one chunk with many extensions",
      limits: raised,
      input: (bytes) =>
        ascii(`${head}1${";a=b".repeat(Math.min(bytes, 65_000) / 4)}\r\nx\r\n0\r\n\r\n`),
    },
    {
      name: "one chunk with a long quoted extension",
      limits: raised,
      input: (bytes) =>
        ascii(`${head}1;a="${"\\q".repeat(Math.min(bytes, 65_000) / 2)}"\r\nx\r\n0\r\n\r\n`),
    },
    {
      name: "many chunks with extensions",
      limits: raised,
      input: (bytes) => ascii(`${head}${"1 ; a = b\r\nx\r\n".repeat(bytes / 14)}0\r\n\r\n`),
    },
    {
      name: "sizes with leading zeros",
      input: (bytes) => ascii(`${head}${"0000000000000001\r\nx\r\n".repeat(bytes / 21)}0\r\n\r\n`),
    },
    {
      name: "many trailers",
      limits: raised,
      input: (bytes) =>
        ascii(
          `${head}0\r\n${`a: ${"v".repeat(Math.ceil(bytes / 4_000))}\r\n`.repeat(Math.min(4_000, bytes / 6))}\r\n`,
        ),
    },
    {
      name: "one long trailer",
      limits: raised,
      input: (bytes) => ascii(`${head}0\r\na: ${"v".repeat(bytes)}\r\n\r\n`),
    },
  ];
}

/** One byte per character. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
