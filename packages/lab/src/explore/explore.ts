// Runs a program in every order that can make a difference, each once: the first run goes as it likes;
// where two of its events raced, a run is planned in which the later one comes first; and what was
// tried already sleeps until something happens that it depends on.

import { Causality } from "./causality.js";
import { classOf } from "./classes.js";
import { areDependent, type Event, type Execution, type Pending } from "./execution.js";
import { insertSequence, WakeupTree, without } from "./wakeup-tree.js";

export type ExploreMode = "sourceSets" | "optimal";

export interface ExplorationOptions {
  readonly mode?: ExploreMode;
  readonly maxExecutions?: number;
  readonly maxSteps?: number;
  /** Counts the classes of runs, which takes memory for each of them. */
  readonly countTraces?: boolean;
  /** Stops at the first that is wrong. */
  readonly stopAtViolation?: boolean;
}

export interface FoundViolation {
  readonly message: string;
  /** The tasks in the order in which they ran. */
  readonly schedule: readonly string[];
}

export interface Exploration {
  readonly executions: number;
  readonly sleepBlocked: number;
  readonly traces: number;
  /** Executions for each trace. */
  readonly redundancy: number;
  readonly deadlocks: number;
  readonly violations: readonly FoundViolation[];
  /** No bound was hit. */
  readonly complete: boolean;
}

/** A replay announced another operation than before: the program depends on more than the order. */
export class NondeterministicProgram extends Error {
  readonly code = "NONDETERMINISTIC_PROGRAM";

  constructor(place: number, expected: string, found: string) {
    super(`step ${place}: ${expected} was announced before, and now ${found}`);
    this.name = "NondeterministicProgram";
  }
}

/** One state on the way, what is asleep in it, and what is still to be run from it. */
interface Frame {
  readonly sleep: Map<string, Event>;
  readonly tree: WakeupTree;
  event: Event | undefined;
}

export async function exploreExecutions(
  start: () => Execution | Promise<Execution>,
  options: ExplorationOptions = {},
): Promise<Exploration> {
  const explorer = new Explorer(options);
  await explorer.run(start);
  return explorer.result();
}

class Explorer {
  readonly #mode: ExploreMode;
  readonly #maxExecutions: number;
  readonly #maxSteps: number;
  readonly #stops: boolean;
  readonly #classes: Set<string> | undefined;
  readonly #frames: Frame[] = [];
  readonly #violations: FoundViolation[] = [];
  #executions = 0;
  #blocked = 0;
  #deadlocks = 0;
  #isComplete = true;

  constructor(options: ExplorationOptions) {
    this.#mode = options.mode ?? "optimal";
    this.#maxExecutions = options.maxExecutions ?? 1_000_000;
    this.#maxSteps = options.maxSteps ?? 100_000;
    this.#stops = options.stopAtViolation ?? false;
    this.#classes = options.countTraces === false ? undefined : new Set();
  }

  async run(start: () => Execution | Promise<Execution>): Promise<void> {
    do {
      if (this.#executions >= this.#maxExecutions) {
        this.#isComplete = false;
        return;
      }
      await this.#runOnce(await start());
      if (this.#stops && this.#violations.length > 0) {
        this.#isComplete = false;
        return;
      }
    } while (this.#backtrack());
  }

  result(): Exploration {
    const complete = this.#executions - this.#blocked;
    const traces = this.#classes?.size ?? complete;
    return {
      executions: this.#executions,
      sleepBlocked: this.#blocked,
      traces,
      redundancy: traces === 0 ? 1 : this.#executions / traces,
      deadlocks: this.#deadlocks,
      violations: this.#violations,
      complete: this.#isComplete,
    };
  }

  /** Replays what is planned, goes on as it likes, and plans from what it saw. */
  async #runOnce(execution: Execution): Promise<void> {
    this.#executions++;
    const frames = this.#frames;
    const events: Event[] = [];
    const creators = new Map<string, number>();
    const announced: (readonly Pending[])[] = [];
    let pending = execution.pending();
    for (const { task } of pending) creators.set(task, -1);
    for (let place = 0; ; place++) {
      if (place >= this.#maxSteps) {
        this.#isComplete = false;
        return;
      }
      const frame = frames[place] ?? this.#push(place);
      const chosen = this.#choose(frame, pending, place);
      if (chosen === undefined) {
        if (frame.event === undefined) frames.pop();
        break;
      }
      const expected = frame.event ?? frame.tree.children[0]?.event;
      if (expected !== undefined && expected.label !== chosen.label)
        throw new NondeterministicProgram(place, expected.label, chosen.label);
      announced.push(pending);
      const stepped = execution.step(chosen.task);
      const touches = Array.isArray(stepped) ? stepped : await stepped;
      const { task, label, isGuarded, resource } = chosen;
      const event: Event = { task, label, isGuarded, resource, touches };
      frame.event = event;
      events.push(event);
      pending = execution.pending();
      for (const each of pending) if (!creators.has(each.task)) creators.set(each.task, place);
    }
    if (pending.some(({ isEnabled }) => isEnabled)) this.#blocked++;
    else await this.#ended(execution, events, pending);
    const causality = new Causality(events, creators, announced);
    for (const blocked of pending) causality.addBlocked(blocked);
    this.#plan(events, causality);
  }

  async #ended(
    execution: Execution,
    events: readonly Event[],
    pending: readonly Pending[],
  ): Promise<void> {
    this.#classes?.add(classOf(events));
    if (pending.length > 0) this.#deadlocks++;
    const message = await execution.finish();
    if (message === undefined) return;
    this.#violations.push({ message, schedule: events.map(({ task }) => task) });
  }

  #push(place: number): Frame {
    const before = this.#frames[place - 1];
    const sleep = new Map<string, Event>();
    let tree = new WakeupTree();
    if (before?.event !== undefined) {
      const { event } = before;
      for (const [task, asleep] of before.sleep)
        if (!areDependent(asleep, event)) sleep.set(task, asleep);
      const planned = before.tree.children[0];
      if (planned?.event?.task === event.task) tree = planned;
    }
    const frame: Frame = { sleep, tree, event: undefined };
    this.#frames.push(frame);
    return frame;
  }

  /** What was done here before, or what is planned and can be done, or the first that is not asleep. */
  #choose(frame: Frame, pending: readonly Pending[], place: number): Pending | undefined {
    const { event, tree } = frame;
    if (event !== undefined) {
      const found = pending.find(({ task }) => task === event.task);
      if (found?.isEnabled === true) return found;
      throw new NondeterministicProgram(place, event.label, found?.label ?? "nothing");
    }
    for (let [planned] = tree.children; planned !== undefined; [planned] = tree.children) {
      const task = planned.event?.task;
      const found = pending.find((each) => each.task === task);
      if (found?.isEnabled === true) return found;
      // Whether an order is possible is known only when it is tried: this one is not.
      tree.children.shift();
    }
    return pending.find((each) => each.isEnabled && !frame.sleep.has(each.task));
  }

  /**
   * For each race a run in which the later event comes first. Races of what was replayed are planned
   * again: what follows of the run and did not need the earlier event is news.
   */
  #plan(events: readonly Event[], causality: Causality): void {
    for (const { earlier, laterAt, later } of causality.races) {
      const sequence: Event[] = [];
      for (let place = earlier + 1; place < events.length; place++) {
        const event = events[place];
        if (event !== undefined && place !== laterAt && !causality.happensBefore(earlier, place))
          sequence.push(event);
      }
      sequence.push(later);
      this.#insert(earlier, sequence);
    }
  }

  #insert(place: number, sequence: readonly Event[]): void {
    const frame = this.#frames[place];
    if (frame?.event === undefined) return;
    const isCovered = this.#mode === "optimal" ? isWeakInitial : isInitial;
    for (const asleep of frame.sleep.values()) if (isCovered(sequence, asleep)) return;
    const { tree, event } = frame;
    if (this.#mode === "optimal") {
      const planned = new WakeupTree();
      planned.children = tree.children.filter((child) => child.event?.task !== event.task);
      insertSequence(planned, sequence);
      tree.children = keepFirst(tree, planned, event);
      return;
    }
    const isPlanned = tree.children.some(
      (child) => child.event !== undefined && isInitial(sequence, child.event),
    );
    const [first] = sequence;
    if (!isPlanned && first !== undefined) tree.children.push(new WakeupTree(first));
  }

  /** To the deepest state from which something is still to be run; false if there is none. */
  #backtrack(): boolean {
    const frames = this.#frames;
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const { event, tree } = frame;
      if (event !== undefined) {
        frame.sleep.set(event.task, event);
        frame.event = undefined;
        if (tree.children[0]?.event?.task === event.task) tree.children.shift();
      }
      while (tree.children[0]?.event !== undefined && frame.sleep.has(tree.children[0].event.task))
        tree.children.shift();
      if (tree.children.length > 0) return true;
      frames.pop();
    }
    return false;
  }
}

/** The plan of what runs now stays in front. */
function keepFirst(tree: WakeupTree, planned: WakeupTree, event: Event): WakeupTree[] {
  const [running] = tree.children;
  return running?.event?.task === event.task ? [running, ...planned.children] : planned.children;
}

/** It may be run first, and the sequence then still follows. */
function isWeakInitial(sequence: readonly Event[], event: Event): boolean {
  return without(sequence, event) !== undefined;
}

/** It is the first of its task in the sequence, and nothing before it there depends on it. */
function isInitial(sequence: readonly Event[], event: Event): boolean {
  return sequence.some((one) => one.task === event.task) && without(sequence, event) !== undefined;
}
