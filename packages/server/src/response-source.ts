// What a body was made from, where the runtime's own Response shows it. Reading a text back out of
// a stream costs more than everything else about a small answer. Where the runtime keeps this to
// itself, as newer ones do, the stream is read.

interface ShownBody {
  readonly body?: { readonly source?: unknown } | null;
}

const STATE: symbol | undefined = Object.getOwnPropertySymbols(new Response(null)).find(
  (symbol) => symbol.description === "state",
);

/** The whole body of a Response that nobody has read from, or undefined if it does not show. */
export function sourceOf(response: Response): string | Uint8Array | undefined {
  if (STATE === undefined || response.bodyUsed) return undefined;
  const state = (response as unknown as Readonly<Record<symbol, unknown>>)[STATE];
  if (typeof state !== "object" || state === null) return undefined;
  const source = (state as ShownBody).body?.source;
  return typeof source === "string" || source instanceof Uint8Array ? source : undefined;
}
