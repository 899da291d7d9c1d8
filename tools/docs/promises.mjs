// What has to be shown by a test: the rows that are delivered, in short, and the threats by id.

export const rows = new Map([
  [
    "L1",
    "every limit is named with its unit, finite, with a reason and a range, validated when set",
  ],
  [
    "L2",
    "what a connection keeps is charged in bytes and objects, and the ledger equals what lives",
  ],
  ["L3", "a refusal is one shape: code, offset, section, limit, reply; never input"],
  ["L4", "nothing untrusted allocates without bound, throws, hangs or recurses"],
  ["C1", "HTTP/1.1 requests and responses, client and server: incremental, with one reading"],
  ["C2", "HPACK: bounded table, list, count and string, in step whatever is refused; encoder too"],
  ["P1", "fetch authority: default deny, every redirect judged again, addresses pinned"],
  ["P2", "storage, transport, entropy and time authority, reached through the context of a task"],
  ["P3", "redaction by class at any depth, within bounds; modes, retention, scope, CI rules"],
  ["P5", "a release gate that executes what it claims, with a self-test"],
  ["P6", "dependency policy, bill of materials, provenance, integrity manifest"],
  ["P7", "keys, tags, tokens that can be weakened, comparison in constant time"],
  ["U1", "wirewall guard: a hardened gateway in front of any upstream"],
  ["U2", "serve(): a server for fetch handlers"],
  ["U5", "wirewall inspect: bytes to events, violations and the limit that was hit"],
  ["U6", "fuzzing with corpora, dictionaries and replay in the tests"],
]);

export const threats = [
  ...idsOf("H1", 35),
  ...idsOf("HP", 7),
  ...idsOf("AU", 15),
  ...idsOf("RD", 6),
];

function idsOf(group, count) {
  return Array.from({ length: count }, (_, at) => `${group}-${String(at + 1).padStart(2, "0")}`);
}
