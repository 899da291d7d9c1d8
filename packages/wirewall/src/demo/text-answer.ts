import { Fields } from "@wirewall/fields";
import type { Exchange } from "@wirewall/server";

/** Answers with a text in one go; plain text unless the fields name another type. */
export function answerText(
  exchange: Exchange,
  status: number,
  text: string,
  lines: readonly (readonly [string, string])[] = [],
): void {
  const fields = new Fields(lines);
  const plain = !fields.has("content-type");
  const all = plain
    ? new Fields([["content-type", "text/plain; charset=utf-8"], ...lines])
    : fields;
  const bare = status === 204 || status === 205 || status === 304;
  exchange.respond({ status, fields: all }, bare ? undefined : plain ? `${text}\n` : text);
}
