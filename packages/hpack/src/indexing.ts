// Which fields enter the table of the peer. Secrets never do, whoever asks (RFC 7541 §7.1.3): an
// attacker who can add text of his own to the same connection could guess them by the size of what
// is sent. What hardly repeats does not either, since it would only push out what does.

export type Indexing = "incremental" | "without" | "never";

const RULES: ReadonlyMap<string, Indexing> = /* @__PURE__ */ new Map<string, Indexing>([
  ...["authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"].map(
    (name) => [name, "never"] as const,
  ),
  ...[
    ":path",
    "age",
    "content-length",
    "content-range",
    "etag",
    "expires",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "last-modified",
    "location",
    "range",
  ].map((name) => [name, "without"] as const),
]);

/** Whether values of that name never enter a table, asked for or not. */
export function isNeverIndexed(name: string): boolean {
  return RULES.get(name) === "never";
}

export function indexingOf(name: string): Indexing {
  return RULES.get(name) ?? "incremental";
}
