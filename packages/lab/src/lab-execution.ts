// One run of a program in the lab, an operation at a time.

import {
  nameFrom,
  namesMade,
  run,
  type Cx,
  type IoGrants,
  type Outcome,
  type Region,
} from "@wirewall/runtime";
import type { TraceEvent } from "@wirewall/trace";
import type { Execution, Pending, Touch } from "./explore/execution.js";
import type { Chaos } from "./chaos.js";
import { LabHost, type Announced } from "./lab-host.js";
import type { Oracle } from "./oracles/oracle.js";
import { verdictOf, type OracleViolation } from "./oracles/standard.js";

export type LabProgram = (cx: Cx, region: Region) => Promise<unknown> | unknown;

/** Says what is wrong with an outcome, if anything is. */
export type Judge = (outcome: Outcome<unknown>) => string | undefined;

/** Turns of the queue in which a task has to come to its next operation. */
const MOST_TURNS = 256;

export const FOREIGN_AWAIT = "foreign await";
export const STUCK_STEP = "stuck step";

/** Steps between two looks for those who are stuck. */
const LOOK_EVERY = 64;

/** One step at a time in this process: whatever it makes belongs to its program. */
const gate: { taken: Promise<void> | undefined } = { taken: undefined };

/** Whether what would have to wait is not begun, or arrives in a queue and has its turn later. */
export type Blocking = "guarded" | "queued";

export interface Watching {
  readonly seed: number;
  readonly judge: Judge;
  /** They are shown everything, and none of them may have seen another run. */
  readonly oracles: readonly Oracle[];
  readonly keepsEvents: boolean;
  readonly blocking?: Blocking | undefined;
  readonly chaos?: Chaos | undefined;
  readonly guard?: AmbientGuard | undefined;
  readonly watchdog?: StepWatchdog | undefined;
  readonly io?: IoGrants | undefined;
  /** Steps for which one who holds something may not go on. */
  readonly futurelockSteps?: number | undefined;
}

/** Makes clocks, timers, chance and network of the platform throw while a step runs. */
export interface AmbientGuard {
  /** `used` is told what was used, and by whom. */
  enter(used: (name: string, stack: string) => void): void;
  leave(): void;
}

/** Ends a step that does not return. */
export interface StepWatchdog {
  /** `stuck` is told the lines in which it was, the innermost first, after it was stopped. */
  enter(stuck: (lines: readonly string[]) => void): void;
  leave(): void;
  /** One turn of the event loop. */
  turn(): Promise<void>;
}

export class LabExecution implements Execution {
  readonly #oracles: readonly Oracle[];
  readonly #events: TraceEvent[] = [];
  readonly #host: LabHost;
  readonly #judge: Judge;
  readonly #watching: Watching;
  #outcome: Outcome<unknown> | undefined;
  #fault: string | undefined;
  #stuckLines: readonly string[] = [];
  #broken: readonly OracleViolation[] | undefined;
  /** Primitives that it has made. */
  #made = 0;

  constructor(program: LabProgram, watching: Watching) {
    const { seed, judge, oracles, keepsEvents } = watching;
    this.#watching = watching;
    const isTraced = keepsEvents || oracles.length > 0;
    this.#host = new LabHost(
      seed,
      isTraced
        ? {
            event: (event) => {
              if (keepsEvents) this.#events.push(event);
              for (const oracle of oracles) oracle.event(event);
            },
          }
        : undefined,
      watching.blocking === "queued",
    );
    this.#oracles = oracles;
    this.#judge = judge;
    const { io } = watching;
    void run(this.#host, program, io === undefined ? {} : { io }).then((outcome) => {
      this.#outcome = outcome;
    });
  }

  get outcome(): Outcome<unknown> | undefined {
    return this.#outcome;
  }

  get events(): readonly TraceEvent[] {
    return this.#events;
  }

  /** Where a step was that had to be stopped, the innermost first. */
  get stuckLines(): readonly string[] {
    return this.#stuckLines;
  }

  /** Who is there, and what it would do next. */
  get waiting(): readonly string[] {
    return this.pending().map(({ task, label }) => `${task} waits to ${label}`);
  }

  pending(): Pending[] {
    if (this.#fault !== undefined) return [];
    return [...this.#host.announced.values()]
      .map(({ task, op }) => ({
        task,
        label: `${op.name} ${op.resource}`,
        isEnabled: op.enabled?.() ?? true,
        isGuarded: op.enabled !== undefined && op.stops?.() !== true,
        resource: op.resource,
      }))
      .sort((left, right) => (left.task < right.task ? -1 : 1));
  }

  async step(task: string): Promise<readonly Touch[]> {
    while (gate.taken !== undefined) await gate.taken;
    let isOver = (): void => {};
    gate.taken = new Promise((resolve) => {
      isOver = resolve;
    });
    nameFrom(this.#made);
    const { guard, watchdog } = this.#watching;
    guard?.enter((name) => {
      this.#fault ??= `ambient use: ${task} used ${name}`;
    });
    try {
      return await (watchdog === undefined ? this.#step(task) : this.#watched(task, watchdog));
    } finally {
      watchdog?.leave();
      guard?.leave();
      this.#made = namesMade();
      gate.taken = undefined;
      isOver();
    }
  }

  /** What is stopped settles nothing any more, so that only the watchdog can say that it is over. */
  #watched(task: string, watchdog: StepWatchdog): Promise<readonly Touch[]> {
    const after = this.#host.announced.get(task)?.op.name ?? "nothing";
    return new Promise((resolve, reject) => {
      watchdog.enter((lines) => {
        this.#fault = `${STUCK_STEP}: ${task} did not return, after ${after}`;
        this.#stuckLines = lines;
        resolve(this.#host.touches);
      });
      this.#step(task).then(resolve, reject);
    });
  }

  async #step(task: string): Promise<readonly Touch[]> {
    const host = this.#host;
    const announced = host.announced.get(task);
    if (announced === undefined) throw new RangeError(`task: ${task} has announced nothing`);
    host.begin(announced);
    await this.#arrival(announced);
    this.#watching.chaos?.afterStep(host);
    this.#lookForStuck();
    while (this.#fault === undefined && !this.#canGo() && host.advance())
      await turns(host.settleTurns);
    return host.touches;
  }

  async finish(): Promise<string | undefined> {
    if (this.#fault !== undefined) return this.#fault;
    const { waiting } = this;
    const issue = this.#canGo() ? "unfinished" : "deadlock";
    if (waiting.length > 0) return `${issue}: ${waiting.join("; ")}`;
    await turns(16);
    if (this.#outcome === undefined) return "the program did not end";
    const [broken] = this.broken();
    const rule = broken === undefined ? undefined : `${broken.oracle}: ${broken.message}`;
    return this.#judge(this.#outcome) ?? rule;
  }

  /** What the oracles say, once the run is over. */
  broken(): readonly OracleViolation[] {
    return (this.#broken ??= verdictOf(this.#oracles));
  }

  #lookForStuck(): void {
    const { futurelockSteps } = this.#watching;
    if (futurelockSteps === undefined || this.#host.step % LOOK_EVERY !== 0) return;
    const stuck = this.#host.stuckFor(futurelockSteps);
    if (stuck === undefined) return;
    const { task, op } = stuck;
    const held = op.party?.holds.join(", ") ?? "";
    this.#fault ??= `futurelock: ${task} holds ${held} and waits to ${op.name} ${op.resource}`;
  }

  #canGo(): boolean {
    for (const { op } of this.#host.announced.values())
      if (op.enabled === undefined || op.enabled()) return true;
    return false;
  }

  /** The task has to announce its next operation, or to end; anything else it awaits is not ours. */
  async #arrival({ task, op }: Announced): Promise<void> {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      await Promise.resolve();
      if (this.#host.hasArrived) {
        await turns(this.#host.settleTurns);
        return;
      }
    }
    this.#fault = `${FOREIGN_AWAIT}: ${task} awaits what the lab does not know, after ${op.name}`;
    // Promises that settle one after the other without end are a loop like any other, and are stopped here.
    await this.#watching.watchdog?.turn();
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}
