import { limits as clientLimits } from "@wirewall/client";
import { limits as fieldsLimits } from "@wirewall/fields";
import { limits as gatewayLimits } from "@wirewall/gateway";
import { limits as hpackLimits } from "@wirewall/hpack";
import { limits as http1Limits } from "@wirewall/http1";
import { limits as http2Limits } from "@wirewall/http2";
import type { LimitCatalogue } from "@wirewall/limits";
import { limits as serverLimits } from "@wirewall/server";
import { limits as tlsLimits } from "@wirewall/tls";

/** Every table of limits in this installation, base first. */
export const catalogue: LimitCatalogue = Object.freeze([
  fieldsLimits,
  http1Limits,
  hpackLimits,
  http2Limits,
  tlsLimits,
  serverLimits,
  clientLimits,
  gatewayLimits,
]);
