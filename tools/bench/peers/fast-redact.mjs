// fast-redact, which masks the input, serialises it and restores it.

import redact from "fast-redact";
import { PATHS, redacting } from "../../../packages/redaction/bench/records.mjs";

export function create() {
  return redacting(redact({ paths: PATHS, censor: "[secret]" }));
}
