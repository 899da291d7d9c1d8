// What a token may be narrowed by, and how that is written: a type, a length, and the bytes.

export type Caveat =
  | { readonly type: "timeAfter" | "timeBefore"; readonly at: number }
  | { readonly type: "audience" | "regionScope" | "taskScope"; readonly value: string }
  | { readonly type: "origins" | "methods" | "namespaces"; readonly values: readonly string[] }
  | { readonly type: "requestDigest"; readonly digest: Uint8Array }
  | { readonly type: "maxUses"; readonly count: number }
  | { readonly type: "custom"; readonly name: string; readonly value: string };

export interface Field {
  readonly type: number;
  readonly value: Uint8Array<ArrayBuffer>;
}

const TYPES = [
  "timeAfter",
  "timeBefore",
  "audience",
  "regionScope",
  "taskScope",
  "origins",
  "methods",
  "namespaces",
  "requestDigest",
  "maxUses",
  "custom",
] as const satisfies readonly Caveat["type"][];
const FIRST_TYPE = 0x10;
const HEADER_BYTES = 5;
const SEPARATOR = "\n";
const DIGEST_BYTES = 32;

/** @throws RangeError for a value that cannot be written. */
export function caveatField(caveat: Caveat): Field {
  return { type: FIRST_TYPE + TYPES.indexOf(caveat.type), value: valueOf(caveat) };
}

/** The caveat of a field; undefined for one that this version does not know, which denies. */
export function readCaveat({ type, value }: Field): Caveat | undefined {
  const name = TYPES[type - FIRST_TYPE];
  if (name === undefined) return undefined;
  if (name === "timeAfter" || name === "timeBefore") {
    const at = readNumber(value);
    return at === undefined ? undefined : { type: name, at };
  }
  if (name === "maxUses") {
    const count = readNumber(value);
    return count === undefined || count < 1 ? undefined : { type: name, count };
  }
  if (name === "requestDigest")
    return value.length === DIGEST_BYTES ? { type: name, digest: value } : undefined;
  const text = readText(value);
  if (text === undefined) return undefined;
  if (name === "audience" || name === "regionScope" || name === "taskScope")
    return { type: name, value: text };
  if (name === "custom") {
    const end = text.indexOf(SEPARATOR);
    if (end < 1) return undefined;
    return { type: name, name: text.slice(0, end), value: text.slice(end + 1) };
  }
  return { type: name, values: text === "" ? [] : text.split(SEPARATOR) };
}

export function fieldBytes({ type, value }: Field): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + value.length);
  bytes[0] = type;
  new DataView(bytes.buffer).setUint32(1, value.length);
  bytes.set(value, HEADER_BYTES);
  return bytes;
}

/** The fields of a token, or undefined where its lengths do not end where it does. */
export function readFields(bytes: Uint8Array): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < HEADER_BYTES) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
    const end = at + HEADER_BYTES + view.getUint32(1);
    if (end > bytes.length) return undefined;
    fields.push({
      type: view.getUint8(0),
      value: Uint8Array.from(bytes.subarray(at + HEADER_BYTES, end)),
    });
    at = end;
  }
  return fields;
}

function valueOf(caveat: Caveat): Uint8Array<ArrayBuffer> {
  switch (caveat.type) {
    case "timeAfter":
    case "timeBefore":
      return numberBytes("at", caveat.at, 0);
    case "maxUses":
      return numberBytes("count", caveat.count, 1);
    case "requestDigest":
      if (caveat.digest.length !== DIGEST_BYTES)
        throw new RangeError(`digest: expected ${DIGEST_BYTES} bytes`);
      return Uint8Array.from(caveat.digest);
    case "origins":
    case "methods":
    case "namespaces":
      if (caveat.values.some((value) => value === "" || value.includes(SEPARATOR)))
        throw new RangeError(`${caveat.type}: expected text without line ends`);
      return new TextEncoder().encode(caveat.values.join(SEPARATOR));
    case "custom":
      if (caveat.name === "" || caveat.name.includes(SEPARATOR))
        throw new RangeError("custom: expected a name without line ends");
      return new TextEncoder().encode(`${caveat.name}${SEPARATOR}${caveat.value}`);
    default:
      if (caveat.value === "") throw new RangeError(`${caveat.type}: expected text`);
      return new TextEncoder().encode(caveat.value);
  }
}

function numberBytes(name: string, value: number, min: number): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(value) || value < min)
    throw new RangeError(`${name}: expected a whole number from ${min}`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function readNumber(bytes: Uint8Array): number | undefined {
  if (bytes.length !== 8) return undefined;
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

function readText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
