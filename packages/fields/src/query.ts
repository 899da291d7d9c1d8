// Query parameters (application/x-www-form-urlencoded pairs), counted before they are built and
// handed out as sent: percent-encoding is the reader's business.

import { limits } from "./limits.js";
import { startOfPieceAfter } from "./pieces.js";
import { violations, type FieldsViolation } from "./violations.js";

/** Name and value of a parameter, as sent. A parameter without "=" has an empty value. */
export type QueryParameter = readonly [name: string, value: string];

/** The parameters of a query (without its "?"), in order. Empty pieces are skipped, but counted. */
export function parseQuery(
  query: string,
  maxQueryParameterCount: number = limits.resolve().maxQueryParameterCount,
): QueryParameter[] | FieldsViolation {
  const over = startOfPieceAfter(query, "&", maxQueryParameterCount);
  if (over !== -1)
    return violations.refuse("fields.query.count", over, {
      name: "maxQueryParameterCount",
      max: maxQueryParameterCount,
      observed: maxQueryParameterCount + 1,
    });
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
