// The decoder of frames, with the shapes and floods that could hurt it. Runs in an empty realm, too.

import { FrameDecoder } from "@wirewall/http2";
import type { Codec } from "#laws";
import * as f from "./bytes.js";
import { floodsOf, shapesOf } from "./shapes.js";

export const create: Codec["create"] = (options = {}) =>
  new FrameDecoder({ ...options, preface: true });

export const shapes: Codec["shapes"] = shapesOf(f.CLIENT_HELLO, f.POST, 1).map(
  ({ name, limits, input }) => ({ name, input, ...(limits === undefined ? {} : { limits }) }),
);

export const floods: Codec["floods"] = floodsOf(f.CLIENT_HELLO, f.POST, 1);
