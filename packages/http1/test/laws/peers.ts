// llhttp as the peer of both decoders.

import type { Peer } from "#laws";
import { readWithLlhttp } from "./llhttp.js";
import { reading } from "./reading.js";
import { stricterRequests, stricterResponses } from "./stricter.js";

export const requestPeer: Peer = {
  name: "llhttp",
  read: (input) => readWithLlhttp("request", input),
  reading,
  stricter: stricterRequests,
};

export const responsePeer: Peer = {
  name: "llhttp",
  read: (input) => readWithLlhttp("response", input),
  reading,
  stricter: stricterResponses,
};
