// What we refuse and hpack.js reads, by code, with the reason: the README has the same list.

export const stricter: Readonly<Record<string, string>> = {
  "hpack.size-update.position": "an update after a field (RFC 7541 §4.2)",
  "hpack.size-update.count": "more than two updates in a row say nothing that two cannot",
  "hpack.string.bytes": "hpack.js keeps a string of any length",
  "hpack.list.bytes": "hpack.js hands out whatever references expand to (CVE-2016-6581)",
  "hpack.list.count": "hpack.js hands out any number of fields",
};
