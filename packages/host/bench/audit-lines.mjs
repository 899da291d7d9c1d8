// A thousand entries of an audit log, as one chunk.

const ENTRIES = 1_000;

export function chunks() {
  const entries = Array.from({ length: ENTRIES }, (_, n) => ({
    kind: "policy_denied",
    t: 1_000_000 + n,
    data: { protocol: "http1", code: "authority.host", connId: n % 17, count: 1 },
  }));
  return [entries];
}
