import { redactor } from "@wirewall/redaction";

const own = redactor({ classes: { "job.id": "metadata" } });

/** A record as it may be kept, and what was taken out of it. */
export function example(record: unknown): { readonly line: string; readonly secrets: number } {
  const { value, counts } = own.redact(record);
  return { line: JSON.stringify(value), secrets: counts.secret };
}
