import { limits as fieldsLimits } from "@wirewall/fields";
import { limits as http1Limits } from "@wirewall/http1";
import type { LimitCatalogue } from "@wirewall/limits";

/** Every table of limits in this installation, base first. */
export const catalogue: LimitCatalogue = Object.freeze([fieldsLimits, http1Limits]);
