// The fields of a response as they leave: what belongs to the connection is the machine's business
// and is taken out of what a handler gave (RFC 9110 §7.6.1).

import { Fields, fieldName, fieldValue, type FieldName, type FieldValue } from "@wirewall/fields";

const CONNECTION: FieldName = /* @__PURE__ */ fieldName("connection");
const CLOSE: FieldValue = /* @__PURE__ */ fieldValue("close");

/**
 * The list itself where nothing has to go, else a new one: what the handler gave is not changed.
 * `Connection: close` stays, and so does `Upgrade` with 426 (§15.5.22), which names a protocol; in
 * HTTP/2 neither does (RFC 9113 §8.2.2).
 */
export function outgoingFields(
  given: Fields | undefined,
  status: number,
  isHttp2: boolean,
): Fields | undefined {
  if (given === undefined) return undefined;
  const size = given.size;
  const kept = isHttp2 ? 0 : status;
  for (let line = 0; line < size; line++)
    if (isOfConnection(given.nameAt(line), kept)) return withoutConnection(given, kept, isHttp2);
  return given;
}

function withoutConnection(given: Fields, status: number, isHttp2: boolean): Fields {
  const flat: (FieldName | FieldValue)[] = [];
  let closes = false;
  for (const [name, value] of given) {
    if (name === "connection") closes ||= /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(value);
    if (!isOfConnection(name, status)) flat.push(name, value);
  }
  if (closes && !isHttp2) flat.push(CONNECTION, CLOSE);
  return Fields.adopt(flat);
}

/** Told apart by length first, since this is asked for every line of every response. */
function isOfConnection(name: string, status: number): boolean {
  switch (name.length) {
    case 7:
      return name === "upgrade" && status !== 426;
    case 10:
      return name === "connection" || name === "keep-alive";
    case 16:
      return name === "proxy-connection";
    case 17:
      return name === "transfer-encoding";
    default:
      return false;
  }
}
