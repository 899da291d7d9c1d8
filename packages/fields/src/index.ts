export { addressV4, addressV6 } from "./address.js";
export {
  hasPort,
  isAuthority,
  isPlainAuthority,
  parseAuthority,
  sameAuthority,
} from "./authority.js";
export type { Authority } from "./authority.js";
export { connectionFields, isForbiddenTrailer } from "./connection.js";
export { readContentLength } from "./content-length.js";
export { parseCookies, parseSetCookie } from "./cookies.js";
export type { CookiePair, SetCookie } from "./cookies.js";
export { Fields } from "./fields.js";
export { fieldName, fieldValue, isFieldValue, isToken, tokenBytes, valueBytes } from "./grammar.js";
export type { FieldName, FieldValue } from "./grammar.js";
export { limits } from "./limits.js";
export { parseTokenList, trimBlanks } from "./list.js";
export type { ListValues } from "./pieces.js";
export { parseQuery } from "./query.js";
export type { QueryParameter } from "./query.js";
export { isTargetText, targetBytes } from "./target.js";
export { violations } from "./violations.js";
export type { FieldsCode, FieldsReply, FieldsViolation } from "./violations.js";
