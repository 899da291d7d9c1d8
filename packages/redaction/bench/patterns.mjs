// redactor() where everything but secrets is kept, so that every text is looked at, and JSON.

import { redactor } from "@wirewall/redaction";
import { redacting } from "./records.mjs";

export function create() {
  const own = redactor({ mode: "none" });
  return redacting((log) => JSON.stringify(own.redact(log).value));
}
