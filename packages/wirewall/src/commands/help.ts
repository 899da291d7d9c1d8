import type { Preset } from "@wirewall/limits";
import { Option } from "commander";

/** The option that every command has. */
export function presetOption(): Option {
  const presets: Preset[] = ["default", "strict"];
  return new Option("--preset <name>", "the set of limits to start from").choices(presets);
}

export const EXIT_HELP: string = `
Exit codes:
  0  done
  1  inspect: the input was refused
  2  wrong option, unreadable file, busy port, bad upstream; one line on stderr says which
`;

export const ROOT_HELP: string = `
Examples:
  wirewall guard --upstream http://127.0.0.1:3000
  wirewall inspect capture.bin --protocol http1-request
  wirewall limits
${EXIT_HELP}`;

export const INSPECT_HELP: string = `
Examples:
  wirewall inspect request.bin --protocol http1-request
  printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' | wirewall inspect - --protocol http1-request --json
  wirewall inspect answer.bin --protocol http1-response --request-method HEAD
  wirewall inspect client.bin --protocol http2
  printf '\\202\\207\\204' | wirewall inspect - --protocol hpack
${EXIT_HELP}`;

export const LIMITS_HELP: string = `
Examples:
  wirewall limits --preset strict
  wirewall limits --json | jq '.[] | select(.unit == "Bytes")'
${EXIT_HELP}`;

export const TLS_CHECK_HELP: string = `
ca, cert and key are PEM, or files named from the folder of the policy. role is "server" unless it is
"client", protocols are h2 and http/1.1 unless they are listed.

Examples:
  wirewall tls check policy.json
  wirewall tls check policy.json --json | jq '.[].field'

Exit codes:
  0  nothing is wrong
  1  the policy is refused
  2  wrong option, unreadable file, no JSON; one line on stderr says which
`;

export const TRACE_HELP: string = `
Examples:
  wirewall trace verify audit.log --key audit-1=public.pem
  wirewall trace verify audit.log --key audit-1=public.pem --expect-at-least checkpoint.json
  wirewall trace export trace.ndjson --format chrome --out trace.json
  wirewall trace timeline trace.ndjson --svg trace.svg

A key file is an Ed25519 public key in PEM, or a shared key in hexadecimal digits.
${EXIT_HELP}`;

export const REDACT_HELP: string = `
Examples:
  kubectl logs app | wirewall redact -
  wirewall redact session.har --mode strict > clean.har
  wirewall redact app.ndjson --check --metadata msg,hostname

--check exits with 1 if something would leak, and tells its place and class, never the value.
${EXIT_HELP}`;

export const GATE_HELP: string = `
The policy says with testCommand how the tests run, such as
  "npx vitest run --reporter=json --outputFile={output}"
and each of its checks needs tests whose titles say so: "block: SEC-BLOCK-03". SEC-BLOCK-06 is the lock:
hashes, scripts, licences, transitions. One that did not run has failed.

Examples:
  wirewall gate
  wirewall gate --strict --now 2026-12-01T00:00:00Z
${EXIT_HELP}`;

export const LAB_HELP: string = `
A program is a module and what it exports, such as test/pool.lab.js#drain; a crash pack names its own.

Examples:
  wirewall lab replay crash-packs/7c1f0f2be3a09a5d.json
  wirewall lab replay test/pool.lab.js#drain --seed 42 --schedule 0.0,0.1.0.1
  wirewall lab replay pack.json --trace run.ndjson
  wirewall trace timeline run.ndjson --svg run.svg

Exit codes:
  0  the program holds in this order now
  1  it fails
  2  wrong option, unreadable file, no such program, no pack; one line on stderr says which
`;
