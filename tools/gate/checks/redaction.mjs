// SEC-BLOCK-04: canaries in random structures, through the redactor, storage telemetry, the trace and the adapters; none may
// come out, in whatever way it is written.

import { digest } from "@wirewall/gate";
const CANARY = "gAtE-cAnArY-51ac";
const STRUCTURES = 2_000;
const NAMES = ["password", "API-Key", "set-cookie", "refresh.token", "Authorization", "privateKey"];

/** @param {{ load(name: string): Promise<object> }} context */
export async function checkRedaction({ load }) {
  const [redaction, authority, trace] = await Promise.all(
    ["redaction", "authority", "trace"].map(load),
  );
  const problems = new Set();
  let executed = 0;
  const look = (where, output) => {
    executed++;
    const text = typeof output === "string" ? output : JSON.stringify(output);
    for (const [form, written] of Object.entries(FORMS))
      if (text.includes(written)) problems.add(`${where}: a canary comes out (${form})`);
  };
  const next = random(7);
  for (const mode of ["metadata_only", "strict", "none"]) {
    const own = redaction.redactor({ mode });
    for (let count = 0; count < STRUCTURES; count++)
      look(`redactor ${mode}`, own.redact(structure(next, 0, redaction)).value ?? null);
    look(
      `pino ${mode}`,
      redaction.pinoRedaction(own).formatters.log(structure(next, 0, redaction)),
    );
  }
  look("HAR", redaction.harRedactor().redact(har()).value);
  await throughStorage(authority, look);
  const recorder = new trace.Recorder();
  recorder.event({ seq: 0, t: 0, kind: "user", data: { deep: [{ password: CANARY }] } });
  for (const event of recorder.events) look("trace", trace.ndjsonLine(event));
  return {
    executed,
    evidence: [{ id: `outputs searched: ${executed}`, sha256: digest(String(executed)) }],
    problems: [...problems],
  };
}

const FORMS = {
  raw: CANARY,
  base64: Buffer.from(CANARY).toString("base64").replace(/=+$/, ""),
  hex: Buffer.from(CANARY).toString("hex"),
  percent: [...Buffer.from(CANARY)].map((byte) => `%${byte.toString(16)}`).join(""),
};

async function throughStorage(authority, look) {
  const events = [];
  const storage = authority.authorizeStorage(
    new authority.StorageGrant({
      backends: ["memory"],
      operations: ["get", "set"],
      namespaces: ["*"],
    }),
    {
      backend: "memory",
      store: authority.memoryStore(),
      onEvent: (event) => events.push(event),
      trace: { event: (event) => events.push(event) },
    },
  );
  await storage.set(CANARY, CANARY, CANARY);
  await storage.get(CANARY, CANARY);
  await storage.clear(CANARY).catch(() => {});
  look("storage telemetry", events);
}

function structure(next, depth, redaction) {
  const value = {};
  for (let member = 0; member < 4; member++) {
    const choice = next(depth > 12 ? 3 : 6);
    if (choice === 0) value[NAMES[next(NAMES.length)]] = CANARY;
    else if (choice === 1)
      value[`note${member}`] =
        `x Bearer ${CANARY}${CANARY} token=${CANARY} https://u:${CANARY}@h.example/`;
    else if (choice === 2) value[`kept${member}`] = new redaction.Secret(CANARY);
    else if (choice === 3) value[`map${member}`] = new Map([[NAMES[next(NAMES.length)], [CANARY]]]);
    else
      value[`deep${member}`] =
        choice === 4
          ? [structure(next, depth + 1, redaction)]
          : structure(next, depth + 1, redaction);
  }
  return value;
}

function har() {
  const pair = { name: "Cookie", value: CANARY };
  const request = {
    method: "GET",
    url: `https://h.example/?token=${CANARY}`,
    headers: [pair],
    cookies: [{ name: "s", value: CANARY }],
  };
  return {
    log: {
      version: "1.2",
      entries: [{ request, response: { status: 200, content: { text: CANARY } } }],
    },
  };
}

function random(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state >>> 8) % below;
  };
}
