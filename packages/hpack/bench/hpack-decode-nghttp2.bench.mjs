// Header blocks that nghttp2 wrote, against the decoders in JavaScript that are published.

import { decodePlan } from "./decode-plan.mjs";

export const plan = decodePlan("nghttp2", new URL("blocks-nghttp2.mjs", import.meta.url));
