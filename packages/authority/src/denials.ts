// Every way in which something is denied: a name, its stable code, and nothing of what was asked but counts,
// lengths, and at most scheme, host and port.

import type { TraceSink } from "@wirewall/trace";

const NAMES = {
  fetch: [
    "InvalidUrl",
    "OriginDenied",
    "MethodDenied",
    "CredentialsDenied",
    "TooManyHeaders",
    "HeaderDenied",
    "AddressDenied",
    "RedirectDenied",
    "LimitExceeded",
  ],
  transport: [
    "InvalidUrl",
    "UnsupportedKind",
    "KindDenied",
    "OriginDenied",
    "TooManySubprotocols",
    "ReconnectAttemptExceeded",
    "InsecureScheme",
    "AddressDenied",
  ],
  storage: [
    "InvalidNamespace",
    "BackendDenied",
    "OperationDenied",
    "NamespaceDenied",
    "NamespaceTooLarge",
    "MissingKey",
    "KeyTooLarge",
    "ValueTooLarge",
    "EntryCountExceeded",
    "QuotaExceeded",
  ],
  entropy: ["SourceDenied", "OperationDenied", "ByteLengthExceeded"],
  time: [
    "SourceDenied",
    "OperationDenied",
    "MissingDuration",
    "DurationBelowMinimum",
    "DurationAboveMaximum",
  ],
  "unix-socket": ["InvalidPath", "PathDenied"],
  token: [
    "TokenMalformed",
    "TokenRejected",
    "TokenNotYetValid",
    "TokenExpired",
    "CaveatFailed",
    "UsesExhausted",
  ],
} as const;

export type AuthorityKind = keyof typeof NAMES;
export type DenialName<Kind extends AuthorityKind = AuthorityKind> = (typeof NAMES)[Kind][number];

/** What was denied, as plain data: making one is cheap, so that denying stays cheap under attack. */
export interface Denial<Kind extends AuthorityKind = AuthorityKind> {
  readonly type: "denial";
  readonly name: DenialName<Kind>;
  /** Such as `authority.fetch.origin-denied`. */
  readonly code: string;
  /** Which rule of those that share the name. */
  readonly reason?: string;
  /** Scheme, host and port, and never more of a URL. */
  readonly origin?: string;
  /** The bound, and what was seen, in its unit. */
  readonly limit?: string;
  readonly max?: number;
  readonly observed?: number;
}

/** Everything but the name and the code. */
export type DenialDetails = Omit<Denial, "type" | "name" | "code">;

const CODES: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(NAMES).flatMap(([kind, names]) =>
    names.map((name): [string, string] => [`${kind} ${name}`, codeOf(kind, name)]),
  ),
);

function codeOf(kind: string, name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter, at) => `${at === 0 ? "" : "-"}${letter}`);
  return `authority.${kind}.${words.toLowerCase()}`;
}

/** All codes with their names, for documentation. */
export const denialCodes: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ [...CODES].map(([key, code]) => [code, key.slice(key.indexOf(" ") + 1)]),
);

export function deny<Kind extends AuthorityKind>(
  kind: Kind,
  name: DenialName<Kind>,
  details?: DenialDetails,
): Denial<Kind> {
  const code = CODES.get(`${kind} ${name}`) ?? "";
  return { type: "denial", name, code, ...details };
}

export function isDenial(value: object | undefined): value is Denial {
  return value !== undefined && "type" in value && value.type === "denial";
}

/** A denial as an exception, where an interface has no other way to say it. Branch on `code`. */
export class AuthorityError extends Error {
  override readonly name: string = "AuthorityError";
  readonly code: string;
  readonly denial: Denial;

  constructor(denial: Denial) {
    super(denialText(denial));
    this.code = denial.code;
    this.denial = denial;
  }
}

/** One line, such as `OriginDenied https://example.org`. */
export function denialText(denial: Denial): string {
  const { name, reason, origin, limit, max, observed } = denial;
  const bound = limit === undefined ? "" : ` ${limit} is ${max ?? "?"}, got ${observed ?? "more"}`;
  return `${name}${origin === undefined ? "" : ` ${origin}`}${reason === undefined ? "" : ` (${reason})`}${bound}`;
}

/** Tells of a denial as an event of security, without any text that came from a caller. */
export function tellDenial(trace: TraceSink | undefined, denial: Denial, micros: number): void {
  if (trace === undefined) return;
  const { code, max, observed } = denial;
  const [, protocol = ""] = code.split(".");
  trace.event({
    seq: 0,
    t: micros,
    kind: "policy_denied",
    data: {
      protocol,
      code,
      ...(max === undefined ? undefined : { limit: max }),
      ...(observed === undefined ? undefined : { observed }),
    },
  });
}
