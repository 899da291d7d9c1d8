// The floods of RFC 9113 §10.5 against node:http2 and against serve(), one after the other.

import { runFloods } from "../../../tools/bench/kinds/floods.mjs";
import { floods } from "../../../tools/bench/load/flood-frames.mjs";

const servers = [
  {
    name: "node:http2",
    url: new URL("../../../tools/bench/peers/node-http2-target.mjs", import.meta.url).href,
  },
  { name: "serve()", url: new URL("flood-target.mjs", import.meta.url).href },
];

export const plan = {
  title: "floods of HTTP/2, each for 10 seconds unless --seconds says otherwise",
  kind: "figures",
  run: ({ say, seconds = 10 }) => runFloods({ names: Object.keys(floods), servers, seconds, say }),
};
