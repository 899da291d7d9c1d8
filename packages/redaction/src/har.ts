// HAR 1.2: what its fields are. Headers, query and parameters are pairs, of which the name says what the value is.

import type { DataClass } from "./classes.js";
import { redactor, type Redactor, type RedactorOptions } from "./redactor.js";

const KEPT = [
  "log.version",
  "log.creator.name",
  "log.creator.version",
  "log.browser.name",
  "log.browser.version",
  "log.pages.*.startedDateTime",
  "log.pages.*.id",
  "log.pages.*.pageTimings.*",
  "log.entries.*.pageref",
  "log.entries.*.startedDateTime",
  "log.entries.*.time",
  "log.entries.*.connection",
  "log.entries.*.timings.*",
  "log.entries.*.cache.*.*",
  "log.entries.*.request.httpVersion",
  "log.entries.*.request.headersSize",
  "log.entries.*.request.bodySize",
  "log.entries.*.request.postData.mimeType",
  "log.entries.*.response.httpVersion",
  "log.entries.*.response.statusText",
  "log.entries.*.response.headersSize",
  "log.entries.*.response.bodySize",
  "log.entries.*.response.content.size",
  "log.entries.*.response.content.compression",
  "log.entries.*.response.content.mimeType",
  "log.entries.*.response.content.encoding",
  "log.entries.*._webSocketMessages.*.opcode",
  // Scanned, so that of each the origin is left.
  "log.entries.*.request.url",
  "log.entries.*.response.redirectURL",
];

/** Lists whose names promise more than they hold; their values are secrets all the same. */
const COOKIES = ["log.entries.*.request.cookies", "log.entries.*.response.cookies"];

/** A redactor for HAR files: valid HAR comes out. */
export function harRedactor(options: Omit<RedactorOptions, "classes"> = {}): Redactor {
  const classes: Record<string, DataClass> = {};
  for (const path of KEPT) classes[path] = "metadata";
  for (const path of COOKIES) {
    classes[path] = "metadata";
    classes[`${path}.*.value`] = "secret";
  }
  return redactor({ ...options, classes });
}

/** Whether a value looks like a HAR file. */
export function isHar(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("log" in value)) return false;
  const { log } = value;
  return typeof log === "object" && log !== null && "entries" in log && Array.isArray(log.entries);
}
