// The architecture as a table: which layer a package belongs to and what a layer may import.
// A package's own `layer` field must say the same, so that neither can be changed alone.

/** From the bottom to the top. `pure`: no platform, no clock, no timer, no randomness. */
export const layers = {
  base: { packages: ["limits", "bytes", "fields"], imports: [], pure: true, closed: true },
  codec: {
    packages: ["http1", "hpack", "http2", "websocket", "grpc", "resp", "nats", "kafka", "cbor"],
    imports: ["base"],
    pure: true,
    closed: true,
  },
  runtime: { packages: ["runtime", "trace", "lab"], imports: ["base"], pure: true, closed: false },
  policy: {
    packages: ["authority", "redaction", "tls", "plan", "trust", "secrets"],
    imports: ["base"],
    pure: true,
    closed: false,
  },
  composition: {
    packages: ["server", "client", "messaging", "gateway", "host", "gate"],
    imports: ["base", "codec", "runtime", "policy"],
    pure: false,
    closed: false,
  },
  umbrella: {
    packages: ["wirewall"],
    imports: ["base", "codec", "runtime", "policy", "composition"],
    pure: false,
    closed: false,
  },
};

/** Edges that the layers do not give, each with its reason. */
export const edges = new Map([
  ["fields → limits", "the lists that are derived from values are counted"],
  ["http2 → hpack", "header blocks are compressed (RFC 9113 §4.3)"],
  ["runtime → trace", "tells it what happens"],
  ["lab → runtime", "runs what the runtime schedules"],
  ["lab → trace", "writes what it saw"],
  ["plan → cbor", "a plan is deterministic CBOR"],
  ...layers.policy.packages.map((name) => [`${name} → trace`, "decisions are recorded"]),
  ["authority → runtime", "is reached through the context of a task"],
  ["server → host", "the runtime on Node, in which handlers are tasks"],
  ["client → host", "the time in which it waits"],
  ["gateway → server", "its front side"],
  ["gateway → client", "its back side"],
]);

/** The only files below composition that may import Node's modules: what no other platform has. */
export const nodeFiles = new Set([
  "packages/tls/src/node.ts",
  "packages/trust/src/node.ts",
  "packages/secrets/src/node.ts",
]);

/** The only files that import a module whose name they are given, each with its reason. */
export const loaderFiles = new Map([
  ["packages/wirewall/src/options/lab-program.ts", "runs the program that its caller names"],
]);

/** Ambient names that single files may use, each with its reason. */
export const ambientFiles = new Map([
  [
    "packages/redaction/src/brands.ts",
    { names: ["Date"], reason: "tells a date from what looks like one, and asks no clock" },
  ],
]);

/** Names that a pure package must not use, as a value or as a type. */
export const ambientNames = new Set([
  "Buffer",
  "Date",
  "EventSource",
  "Intl",
  "WebSocket",
  "XMLHttpRequest",
  "caches",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "document",
  "eval",
  "fetch",
  "globalThis",
  "indexedDB",
  "localStorage",
  "navigator",
  "performance",
  "process",
  "sessionStorage",
  "setImmediate",
  "setInterval",
  "setTimeout",
]);

/** What may stand in the root folder, dot-files apart. */
export const rootEntries = new Set([
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "docs",
  "fuzz-corpus",
  "package-lock.json",
  "package.json",
  "packages",
  "tools",
  "tsconfig.base.json",
  "tsconfig.codec.json",
  "tsconfig.node.json",
  "tsconfig.test.json",
  "tsconfig.web.json",
  "turbo.json",
  "vitest.config.ts",
]);

/** Names that say nothing about what is inside. */
export const emptyNames = new Set([
  "common",
  "core",
  "helper",
  "helpers",
  "misc",
  "shared",
  "types",
  "util",
  "utils",
]);

export const maxFileLines = 400;
export const maxIndexLines = 40;

export function layerOf(name) {
  return Object.keys(layers).find((layer) => layers[layer].packages.includes(name));
}
