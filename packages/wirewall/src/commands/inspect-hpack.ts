// wirewall inspect --protocol hpack: one header block, as the first of its connection.

import { Decoder, limits, violations, type HpackEvent, type HpackOptions } from "@wirewall/hpack";
import { count } from "../inspection/event-text.js";
import { http2ReplyLines } from "../inspection/http2-event.js";
import { RecentBytes } from "../inspection/recent-bytes.js";
import { violationText } from "../inspection/violation-text.js";
import { printableBytes, printableJson } from "../terminal/printable.js";
import type { Style } from "../terminal/style.js";
import type { Output } from "../terminal/terminal.js";
import { EXIT } from "./usage.js";

export async function inspectHpack(
  chunks: AsyncIterable<Uint8Array>,
  { json = false }: { readonly json?: boolean },
  settings: HpackOptions,
  out: Output,
): Promise<number> {
  const decoder = new Decoder(settings);
  const { maxBlockBytes } = limits.resolve(settings.limits, settings.preset);
  const recent = new RecentBytes(maxBlockBytes + 131_072);
  for await (const chunk of chunks) {
    recent.push(chunk);
    decoder.receive(chunk);
    if (recent.end > maxBlockBytes) break;
  }
  decoder.end();
  const lines: string[] = [];
  let code: number = EXIT.ok;
  for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
    if (event.type === "violation") code = EXIT.refused;
    if (json) lines.push(printableJson(event));
    else if (event.type !== "violation") lines.push(...eventLines(event, out.style, recent.end));
    else {
      const summary = violations.table.get(event.code)?.summary ?? "";
      lines.push(...violationText(event, summary, http2ReplyLines(event), recent, out.style));
    }
  }
  await out.write(lines.map((line) => `${line}\n`).join(""));
  return out.closed ? EXIT.outputGone : code;
}

function eventLines(event: HpackEvent, style: Style, bytes: number): string[] {
  if (event.type === "end")
    return [`${style.green("all read".padEnd(15))} ${count(bytes, "byte")}, nothing refused`];
  const { name, value, neverIndexed } = event;
  const mark = neverIndexed ? style.dim(" (never indexed)") : "";
  return [`${style.dim(`${printableBytes(name)}:`)} ${printableBytes(value)}${mark}`];
}
