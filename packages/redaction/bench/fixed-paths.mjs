// pathRedactor, and JSON.

import { pathRedactor } from "@wirewall/redaction";
import { PATHS, redacting } from "./records.mjs";

export function create() {
  const mask = pathRedactor(PATHS);
  return redacting((log) => JSON.stringify(mask(log)));
}
