export { boundedLaw } from "./bounded.js";
export { chunkBlindLaw } from "./chunk-blind.js";
export { cleanPrototypeLaw } from "./clean-prototype.js";
export { edgeLaw } from "./edge.js";
export type { Finding } from "./finding.js";
export { linearLaw } from "./linear.js";
export { nearVectors } from "./near-vectors.js";
export { oneReadingLaw } from "./one-reading.js";
export { realmFreeLaw } from "./realm-free.js";
export { drive } from "./transcript.js";
export { describeLaws, laws } from "./register.js";
export { roundTripLaw } from "./round-trip.js";
export type {
  Codec,
  CodecOptions,
  Edge,
  Flood,
  Names,
  NotApplicable,
  Peer,
  PeerReading,
  Reading,
  RoundTrip,
  Shape,
  Subject,
  Vector,
} from "./subject.js";
export { totalLaw } from "./total.js";
