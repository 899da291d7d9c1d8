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
export { explore, ExplorationFailed, replay, runSeed, search, shrink, sweep } from "./lab.js";
export type { ExploreOptions, LabOptions, LabReport } from "./lab.js";
export type { Judge, LabProgram } from "./lab-execution.js";
