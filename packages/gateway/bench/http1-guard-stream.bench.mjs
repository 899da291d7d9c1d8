// 1 GiB each way through the gateway, from a sender without a pace to a receiver of 128 MiB/s.

import { streamThrough } from "../../../tools/bench/kinds/streams.mjs";

const GiB = 1_073_741_824;
const PACE = GiB / 8;
const MAX_GROWTH_MIB = 64;

export const plan = {
  title: "1 GiB through a gateway, the receiver slower than the sender, createGateway()",
  kind: "figures",
  limitsNote: "default; for the upload maxBodyBytes is raised to 2 GiB",
  run: async ({ say }) => [
    ...(await streamThrough({
      url: new URL("guard.mjs", import.meta.url).href,
      way: "down",
      count: GiB,
      pace: PACE,
      maxGrowthMiB: MAX_GROWTH_MIB,
      say,
    })),
    ...(await streamThrough({
      url: new URL("guard-for-uploads.mjs", import.meta.url).href,
      way: "up",
      count: GiB,
      pace: PACE,
      maxGrowthMiB: MAX_GROWTH_MIB,
      say,
    })),
  ],
};
