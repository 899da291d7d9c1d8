// What services write for themselves: a deep copy, a list of names, and the usual expressions over every text.

import { redacting } from "../../../packages/redaction/bench/records.mjs";

const NAMES =
  /authorization|cookie|secret|token|password|api[-_]?key|passwd|passphrase|credential|private[-_]?key|session|csrf|bearer/i;

const SHAPES = [
  [/\b(?:bearer|basic)\s+[\w.~+/=-]{8,}/gi, "[secret]"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "[secret]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[secret]"],
  [
    /\b(?:AKIA[0-9A-Z]{16}|ghp_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{20,}|sk_live_\w{16,}|xoxb-[\w-]{10,}|AIza[\w-]{30,})/g,
    "[secret]",
  ],
  [/\b(?:\d[ -]?){12,18}\d\b/g, "[secret]"],
  [
    /([\w.-]*(?:password|passwd|secret|token|api[-_]?key|session|cookie)[\w.-]*["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi,
    "$1[secret]",
  ],
  [/(\w+:\/\/)[^\s/@]+@/g, "$1[secret]@"],
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, "[mail]"],
  [/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, " "],
];

export function create() {
  return redacting((log) => JSON.stringify(walk(log)));
}

function walk(value) {
  if (typeof value === "string") {
    let text = value;
    for (const [shape, mark] of SHAPES) text = text.replace(shape, mark);
    return text;
  }
  if (Array.isArray(value)) return value.map(walk);
  if (typeof value !== "object" || value === null) return value;
  const copy = {};
  for (const [name, member] of Object.entries(value))
    copy[name] = NAMES.test(name) ? "[secret]" : walk(member);
  return copy;
}
