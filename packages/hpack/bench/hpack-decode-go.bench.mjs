// Header blocks that go-hpack wrote, against the decoders in JavaScript that are published.

import { decodePlan } from "./decode-plan.mjs";

export const plan = decodePlan("go-hpack", new URL("blocks-go.mjs", import.meta.url));
