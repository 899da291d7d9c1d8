// @pinojs/redact, by its own serialisation.

import redact from "@pinojs/redact";
import { PATHS, redacting } from "../../../packages/redaction/bench/records.mjs";

export function create() {
  return redacting(redact({ paths: PATHS, censor: "[secret]" }));
}
