// SEC-BLOCK-02: every authority, every operation. An empty grant denies all of them; a grant of one allows that one. While
// this runs, what is ambient throws: a decision needs none of it.

import { digest } from "@wirewall/gate";
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
const AMBIENT = [
  "fetch",
  "localStorage",
  "sessionStorage",
  "crypto",
  "setTimeout",
  "setInterval",
  "performance",
];

/** @param {{ load(name: string): Promise<object> }} context */
export async function checkDefaultDeny({ load }) {
  const authority = await load("authority");
  const problems = [];
  let executed = 0;
  const expect = (what, isAllowed, wanted) => {
    executed++;
    if (isAllowed !== wanted) problems.push(`${what}: ${isAllowed ? "allowed" : "denied"}`);
  };
  withoutAmbient(() => {
    for (const [kind, { empty, single, operations }] of Object.entries(matrix(authority)))
      for (const granted of operations)
        for (const asked of operations) {
          expect(`${kind}: nothing granted, ${asked}`, empty(asked), false);
          expect(
            `${kind}: ${granted} granted, ${asked}`,
            single(granted, asked),
            granted === asked,
          );
        }
  });
  return {
    executed,
    evidence: [{ id: `decisions: ${executed}`, sha256: digest(problems.join()) }],
    problems,
  };
}

function matrix(authority) {
  const { FetchGrant, judgeFetch, StorageGrant, judgeStorage, TransportGrant, judgeTransport } =
    authority;
  const { EntropyGrant, judgeEntropy, TimeGrant, judgeTime } = authority;
  const { UnixSocketGrant, judgeUnixSocket } = authority;
  const origin = "https://a.example";
  const fetching = (grant, method) =>
    judgeFetch(grant, { url: `${origin}/`, method, fields: [], asksForCredentials: false }).type ===
    "allowed";
  const ORIGINS = [origin, "https://b.example", "http://a.example", "https://a.example:8443"];
  const reaching = (grant, url) =>
    judgeFetch(grant, { url: `${url}/`, method: "GET", fields: [], asksForCredentials: false })
      .type === "allowed";
  const storing = (grant, operation) => {
    const question = { backend: "memory", operation, namespace: "n", key: "k", valueBytes: 1 };
    return judgeStorage(grant, question) === undefined;
  };
  const held = { backends: ["memory"], namespaces: ["n"] };
  const timing = (grant, operation) =>
    judgeTime(grant, { source: "timer", operation, durationMs: 5 }) === undefined;
  const drawing = (grant, operation) =>
    judgeEntropy(grant, { source: "platform", operation, bytes: 1 }) === undefined;
  const WS = ["wss://a.example", "wss://b.example"];
  const speaking = (grant, url) =>
    judgeTransport(grant, { url: `${url}/`, kind: "websocket" }).type === "allowed";
  return {
    "fetch method": {
      operations: METHODS,
      empty: (method) => fetching(new FetchGrant({ origins: [origin] }), method),
      single: (granted, method) =>
        fetching(new FetchGrant({ origins: [origin], methods: [granted] }), method),
    },
    "fetch origin": {
      operations: ORIGINS,
      empty: (url) => reaching(new FetchGrant({ methods: ["GET"] }), url),
      single: (granted, url) =>
        reaching(new FetchGrant({ origins: [granted], methods: ["GET"] }), url),
    },
    storage: {
      operations: ["get", "set", "delete", "list", "clear"],
      empty: (operation) => storing(new StorageGrant(held), operation),
      single: (granted, operation) =>
        storing(new StorageGrant({ ...held, operations: [granted] }), operation),
    },
    transport: {
      operations: WS,
      empty: (url) => speaking(new TransportGrant({ kinds: ["websocket"] }), url),
      single: (granted, url) =>
        speaking(new TransportGrant({ kinds: ["websocket"], origins: [granted] }), url),
    },
    entropy: {
      operations: ["bytes", "uuid"],
      empty: (operation) => drawing(new EntropyGrant({ sources: ["platform"] }), operation),
      single: (granted, operation) =>
        drawing(new EntropyGrant({ sources: ["platform"], operations: [granted] }), operation),
    },
    "unix socket": {
      operations: ["/run/a.sock", "/run/b.sock", "/run/a.sock.b"],
      empty: (path) => judgeUnixSocket(new UnixSocketGrant(), path) === undefined,
      single: (granted, path) =>
        judgeUnixSocket(new UnixSocketGrant({ paths: [granted] }), path) === undefined,
    },
    time: {
      operations: ["sleep", "interval"],
      empty: (operation) => timing(new TimeGrant({ sources: ["timer"] }), operation),
      single: (granted, operation) =>
        timing(new TimeGrant({ sources: ["timer"], operations: [granted] }), operation),
    },
  };
}

function withoutAmbient(run) {
  const before = new Map();
  for (const name of AMBIENT) {
    before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        throw new Error(`a decision uses ${name}`);
      },
    });
  }
  try {
    run();
  } finally {
    for (const [name, descriptor] of before)
      if (descriptor === undefined) delete globalThis[name];
      else Object.defineProperty(globalThis, name, descriptor);
  }
}
