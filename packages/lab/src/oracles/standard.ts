// All oracles that need to know nothing of a program.

import type { TraceEvent } from "@wirewall/trace";
import { AmbientAuthority, HandleUse, InstanceMixing } from "./authority.js";
import { BudgetRule, DeadlineMonotone } from "./budgets.js";
import {
  Attribution,
  CancelCorrectness,
  CancelDebt,
  CancellationProtocol,
  CancelSignalOrdering,
} from "./cancellation.js";
import { ChannelAtomicity, ObligationLeak } from "./obligations.js";
import type { Oracle } from "./oracle.js";
import { Finalizer, LoserDrain, Quiescence, RegionLeak, RegionTree, TaskLeak } from "./regions.js";
import { Fairness, PriorityInversion, WakeState } from "./scheduling.js";
import { TraceOrder } from "./traces.js";

/** A rule that was broken in a run. */
export interface OracleViolation {
  readonly oracle: string;
  readonly message: string;
}

export function standardOracles(): Oracle[] {
  return [
    new TaskLeak(),
    new Quiescence(),
    new CancellationProtocol(),
    new CancelCorrectness(),
    new CancelSignalOrdering(),
    new CancelDebt(),
    new Attribution(),
    new LoserDrain(),
    new ObligationLeak(),
    new Finalizer(),
    new RegionTree(),
    new RegionLeak(),
    new DeadlineMonotone(),
    new BudgetRule(),
    new ChannelAtomicity(),
    new WakeState(),
    new Fairness(),
    new PriorityInversion(),
    new AmbientAuthority(),
    new HandleUse(),
    new InstanceMixing(),
    new TraceOrder(),
  ];
}

/** Shows a whole run to oracles: what they found, in their order. */
export function judgeTrace(
  events: Iterable<TraceEvent>,
  oracles: readonly Oracle[] = standardOracles(),
): OracleViolation[] {
  for (const event of events) for (const oracle of oracles) oracle.event(event);
  return verdictOf(oracles);
}

export function verdictOf(oracles: readonly Oracle[]): OracleViolation[] {
  return oracles.flatMap((oracle) =>
    oracle.check().map((message) => ({ oracle: oracle.name, message })),
  );
}
