// The four forms of a request target (RFC 9112 §3.2), told apart by method and first byte. The
// bytes have been judged already: VCHAR without "#".

import { hasPort, isAuthority } from "@wirewall/fields";
import type { TargetForm } from "./events.js";

/** Methods of RTSP (RFC 2326 §10): a message of another protocol, which some HTTP parsers know. */
const RTSP_METHODS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  "ANNOUNCE DESCRIBE FLUSH GET_PARAMETER PAUSE PLAY RECORD REDIRECT SETUP SET_PARAMETER TEARDOWN".split(
    " ",
  ),
);

/** Whether the method belongs to RTSP, which HTTP does not implement. */
export function isForeignMethod(method: string): boolean {
  return method !== "GET" && method !== "POST" && RTSP_METHODS.has(method);
}

/** A request target as understood: its form, and the authority that it names itself, if any. */
export interface Target {
  readonly form: TargetForm;
  readonly authority: string | undefined;
}

const ORIGIN: Target = /* @__PURE__ */ Object.freeze({ form: "origin", authority: undefined });
const ASTERISK: Target = /* @__PURE__ */ Object.freeze({ form: "asterisk", authority: undefined });

/**
 * The form of a target, or undefined if it is none that the method may have. `strict` refuses an
 * origin-form that starts with "//", where some readers see a host.
 */
export function readTarget(method: string, target: string, strict: boolean): Target | undefined {
  if (method === "CONNECT")
    return isAuthority(target) && hasPort(target)
      ? { form: "authority", authority: target }
      : undefined;
  if (target.charCodeAt(0) === 0x2f)
    return strict && target.charCodeAt(1) === 0x2f ? undefined : ORIGIN;
  if (target === "*") return method === "OPTIONS" ? ASTERISK : undefined;
  return absoluteForm(target);
}

function absoluteForm(target: string): Target | undefined {
  const scheme = target.slice(0, 8).toLowerCase();
  const start = scheme.startsWith("http://") ? 7 : scheme === "https://" ? 8 : 0;
  if (start === 0) return undefined;
  let end = start;
  while (end < target.length && target[end] !== "/" && target[end] !== "?") end++;
  const authority = target.slice(start, end);
  return isAuthority(authority) ? { form: "absolute", authority } : undefined;
}
