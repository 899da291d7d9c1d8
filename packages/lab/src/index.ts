export { chaosPresets } from "./chaos.js";
export type { ChaosPreset, ChaosRates } from "./chaos.js";
export { Cell } from "./cell.js";
export { cancelEverywhere } from "./cancel-everywhere.js";
export type { Cancellable } from "./cancel-everywhere.js";
export { exploreExecutions, NondeterministicProgram } from "./explore/explore.js";
export type {
  Exploration,
  ExplorationOptions,
  ExploreMode,
  FoundViolation,
} from "./explore/explore.js";
export type { Event, Execution, Pending, Touch } from "./explore/execution.js";
export { explore, ExplorationFailed, search, shrink } from "./lab.js";
export type { ExploreOptions, SearchOptions } from "./lab.js";
export type { AmbientGuard, Blocking, Judge, LabProgram, StepWatchdog } from "./lab-execution.js";
export { LabNetwork, withNetwork } from "./network/lab-network.js";
export type { LabLink, NetworkOptions } from "./network/lab-network.js";
export { LabSocket } from "./network/lab-socket.js";
export type { Oracle } from "./oracles/oracle.js";
export { judgeTrace, standardOracles } from "./oracles/standard.js";
export type { OracleViolation } from "./oracles/standard.js";
export { Determinism, TraceHygiene } from "./oracles/traces.js";
export { makeCrashPack, packText } from "./packs/crash-pack.js";
export type { Attachment, CrashPack, PackOptions, PackStore } from "./packs/crash-pack.js";
export { CrashPackError, readCrashPack } from "./packs/read-pack.js";
export type { CrashPackIssue } from "./packs/read-pack.js";
export { replayPack } from "./packs/replay-pack.js";
export type { Divergence, PackReplay, PackReplayOptions } from "./packs/replay-pack.js";
export { replay, runSeed, sweep } from "./play.js";
export type { LabOptions, LabReport } from "./play.js";
export type { Strategy } from "./strategy.js";
