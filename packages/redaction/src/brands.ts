// What an object is, by what the language itself knows of it: no method of the object is called, and no name of it is
// believed. Whatever makes that fail is unreadable.

export type Brand =
  | { readonly kind: "object" | "list" | "map" | "set" | "error" | "headers" | "unreadable" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly length: number };

type Getter = (this: unknown) => unknown;

const viewBytes = getterOf(Object.getPrototypeOf(Uint8Array.prototype) as object, "byteLength");
const dataViewBytes = getterOf(DataView.prototype, "byteLength");
const bufferBytes = getterOf(ArrayBuffer.prototype, "byteLength");
const mapSize = getterOf(Map.prototype, "size");
const setSize = getterOf(Set.prototype, "size");
const dateText = Date.prototype.toISOString as Getter;
const urlText = typeof URL === "undefined" ? undefined : getterOf(URL.prototype, "href");
const hasHeader =
  typeof Headers === "undefined" ? undefined : (Headers.prototype.has as (name: string) => boolean);

const OBJECT: Brand = { kind: "object" };
const LIST: Brand = { kind: "list" };
const MAP: Brand = { kind: "map" };
const SET: Brand = { kind: "set" };
const ERROR: Brand = { kind: "error" };
const HEADERS: Brand = { kind: "headers" };
const UNREADABLE: Brand = { kind: "unreadable" };

/** Plain objects are most: they are told by their prototype alone. */
export function brandOf(value: object): Brand {
  try {
    if (Array.isArray(value)) return LIST;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return OBJECT;
    if (ArrayBuffer.isView(value)) {
      const length = asked(viewBytes, value) ?? asked(dataViewBytes, value);
      return { kind: "bytes", length: Number(length ?? 0) };
    }
    const bytes = asked(bufferBytes, value);
    if (bytes !== undefined) return { kind: "bytes", length: Number(bytes) };
    if (asked(mapSize, value) !== undefined) return MAP;
    if (asked(setSize, value) !== undefined) return SET;
    if (value instanceof Error) return ERROR;
    const text = asked(dateText, value) ?? asked(urlText, value);
    if (typeof text === "string") return { kind: "text", text };
    return isHeaders(value) ? HEADERS : OBJECT;
  } catch {
    return UNREADABLE;
  }
}

function asked(getter: Getter | undefined, value: object): unknown {
  if (getter === undefined) return undefined;
  try {
    return getter.call(value);
  } catch {
    return undefined;
  }
}

function isHeaders(value: object): boolean {
  try {
    return hasHeader !== undefined && typeof hasHeader.call(value as never, "a") === "boolean";
  } catch {
    return false;
  }
}

function getterOf(prototype: object, name: string): Getter | undefined {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as Getter | undefined;
}
