// A gibibyte down and up over one connection of HTTP/2.

import { runTransfers } from "../../../tools/bench/kinds/transfers.mjs";

const servers = [
  { name: "serve()", url: new URL("transfer-target.mjs", import.meta.url).href },
  {
    name: "node:http2",
    url: new URL("../../../tools/bench/peers/node-http2-transfer.mjs", import.meta.url).href,
  },
];

export const plan = {
  title: "1 GiB over one connection of HTTP/2, serve() and node:http2",
  kind: "figures",
  limitsNote: "default, but for maxBodyBytes",
  run: ({ say }) =>
    runTransfers({
      servers,
      mebibytes: 1_024,
      rounds: 7,
      goals: { ratio: 1.3, growthMiB: 64 },
      say,
    }),
};
