// Where a server listens: host:port, :port, port, or unix:/path. A port without a host is a port
// of this machine's loopback address; other machines are let in only by naming an address.

export type ListenAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

export const ADDRESS_FORMS = "host:port, :port, port, or unix:/path";

/** The most that every system's `sun_path` holds, less its NUL. */
const MAX_SOCKET_PATH_BYTES = 103;

/** The address, or what is wrong with the text. */
export function parseAddress(text: string): ListenAddress | string {
  if (text.startsWith("unix:")) return unixAddress(text.slice("unix:".length));
  const match = /^(?:(.*):)?(\d{1,5})$/s.exec(text);
  if (match === null) return `expected ${ADDRESS_FORMS}`;
  const port = Number(match[2]);
  if (port > 65_535) return "expected a port from 0 to 65535";
  const host = match[1] || "127.0.0.1";
  const bracketed = /^\[([0-9a-fA-F:.]+)\]$/.exec(host)?.[1];
  if (bracketed !== undefined) return { kind: "tcp", host: bracketed, port };
  if (!/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/.test(host))
    return `expected ${ADDRESS_FORMS}, with an IPv6 host in brackets`;
  return { kind: "tcp", host, port };
}

/** As it is written on the command line. */
export function addressText(address: ListenAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  return `${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`;
}

/** Whether every address of this machine is listened on. */
export function isWildcard(address: ListenAddress): boolean {
  return address.kind === "tcp" && (address.host === "0.0.0.0" || /^[0:]+$/.test(address.host));
}

function unixAddress(path: string): ListenAddress | string {
  if (path === "" || path.includes("\0")) return "expected a path after unix:";
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES)
    return `expected a socket path of at most ${MAX_SOCKET_PATH_BYTES} bytes`;
  return { kind: "unix", path };
}
