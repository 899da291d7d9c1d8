import { canonicalHost, checkPolicy, matchIdentity, type TlsOptions } from "@wirewall/tls";

export function example(options: TlsOptions): readonly string[] {
  const { findings } = checkPolicy(options);
  if (findings.length > 0) return findings.map(({ code, field }) => `${code}: ${field}`);

  const host = canonicalHost("API.example.org");
  const names = { dns: ["*.example.org"], addresses: [], uris: [] };
  return [
    host !== undefined && matchIdentity(host, names) ? "the certificate fits" : "it does not",
  ];
}
