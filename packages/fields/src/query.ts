// Query parameters (application/x-www-form-urlencoded pairs), handed out as sent: percent-encoding
// is the reader's business.

import { refuseOver } from "./pieces.js";
import type { FieldsViolation } from "./violations.js";

/** Name and value of a parameter, as sent. A parameter without "=" has an empty value. */
export type QueryParameter = readonly [name: string, value: string];

/**
 * The parameters of a query (without its "?"), in order. Empty pieces are skipped, but counted.
 *
 * @throws RangeError if `maxQueryParameterCount` is outside the limit's range.
 */
export function parseQuery(
  query: string,
  maxQueryParameterCount?: number,
): QueryParameter[] | FieldsViolation {
  const over = refuseOver(
    "fields.query.count",
    "maxQueryParameterCount",
    [query],
    "&",
    maxQueryParameterCount,
  );
  if (over !== undefined) return over;
  const parameters: QueryParameter[] = [];
  for (const piece of query.split("&")) {
    if (piece === "") continue;
    const equals = piece.indexOf("=");
    parameters.push(
      equals === -1 ? [piece, ""] : [piece.slice(0, equals), piece.slice(equals + 1)],
    );
  }
  return parameters;
}
