// Names whose values are known to be harmless: what a failure needs to be replayed, how something is counted, and fields
// of HTTP that say nothing about anybody. Compared exactly, in lower case.

/** Kept in every mode: with these a run can be replayed. */
export const replayNames: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "suite",
  "scenario",
  "scenarioid",
  "seed",
  "replaycommand",
  "schema",
  "schemaversion",
  "version",
  "commit",
  "confighash",
  "fingerprint",
  "code",
  "offset",
  "limit",
  "max",
  "observed",
  "redactionmode",
  "seq",
  "kind",
]);

/** Fields of HTTP that say nothing about anybody. */
export const httpNames: readonly string[] = [
  "accept",
  "accept-encoding",
  "allow",
  "cache-control",
  "connection",
  "content-encoding",
  "content-language",
  "content-length",
  "content-type",
  "date",
  "expires",
  "last-modified",
  "retry-after",
  "transfer-encoding",
  "upgrade",
  "vary",
];

/** Kept unless the mode is strict. */
export const metadataNames: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...replayNames,
  "count",
  "durationms",
  "event",
  "level",
  "logical",
  "method",
  "outcome",
  "pid",
  "port",
  "protocol",
  "region",
  "scheme",
  "spec",
  "status",
  "statuscode",
  "t",
  "task",
  "time",
  "timestamp",
  "type",
  ...httpNames,
]);
