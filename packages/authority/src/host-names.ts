// Names that mean this machine or this network, wherever they are resolved (RFC 6761, RFC 6762, RFC 7686, RFC 8375).

const NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "localhost",
  "localhost6",
  "local",
  "internal",
  "home.arpa",
  "onion",
]);
const ZONES = [".localhost", ".local", ".internal", ".home.arpa", ".onion", ".localhost6"];

/** Why a name, in its canonical form, is not resolved; undefined if it may be. */
export function judgeName(name: string): string | undefined {
  if (NAMES.has(name) || ZONES.some((zone) => name.endsWith(zone))) return "local-name";
  if (!name.includes(".") || name.startsWith("ip6-")) return "single-label";
  return undefined;
}
