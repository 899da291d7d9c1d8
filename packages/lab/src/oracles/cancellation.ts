// Cancellation: request → acknowledge → finalize, from the parent down, and to the end.

import type { TraceEvent } from "@wirewall/trace";
import { isWithin, numberIn, parentOf, Rule, textIn } from "./oracle.js";

const MAX_MASK_DEPTH = 64;

/** A phase is left out or comes again, masks are too deep, or a descendant was not asked to stop. */
export class CancellationProtocol extends Rule {
  readonly name = "cancellationProtocol";
  /** The phase of each live task: 0 none, 1 requested, 2 acknowledged, 3 finalized. */
  readonly #phases: Map<string, number> = new Map();

  event(event: TraceEvent): void {
    const { kind, task, region = "" } = event;
    if (kind === "cancel_drain" && task === undefined) this.#asked(region);
    if (task === undefined) return;
    const phase = this.#phases.get(task) ?? 0;
    if (kind === "task_spawn") this.#phases.set(task, 0);
    else if (kind === "task_complete") this.#phases.delete(task);
    else if (kind === "cancel_request") this.#phases.set(task, Math.max(phase, 1));
    else if (kind === "cancel_ack") this.#goes(task, phase, 2);
    else if (kind === "cancel_finalize") this.#goes(task, phase, 3);
    else if (kind === "checkpoint" && (numberIn(event, "mask") ?? 0) > MAX_MASK_DEPTH)
      this.broken(`task ${task} is masked more than ${MAX_MASK_DEPTH} deep`);
  }

  #goes(task: string, from: number, to: number): void {
    if (from !== to - 1) this.broken(`task ${task} went from phase ${from} to ${to}`);
    this.#phases.set(task, to);
  }

  #asked(region: string): void {
    for (const [task, phase] of this.#phases)
      if (phase === 0 && isWithin(task, region))
        this.broken(`region ${region} was cancelled and task ${task} was not`);
  }
}

/** A task that was asked to stop ends before its cleanup does, without being finalized, or never. */
export class CancelCorrectness extends Rule {
  readonly name = "cancelCorrectness";
  readonly #asked: Map<string, boolean> = new Map();
  readonly #masks: Map<string, number> = new Map();
  readonly #ended: Set<string> = new Set();

  event(event: TraceEvent): void {
    const { kind, task } = event;
    if (task === undefined) return;
    if (this.#ended.has(task) && isStep(kind)) this.broken(`task ${task} goes on after its end`);
    if (kind === "cancel_request" && !this.#ended.has(task)) this.#asked.set(task, false);
    else if (kind === "cancel_finalize") this.#asked.set(task, true);
    else if (kind === "checkpoint") {
      const mask = numberIn(event, "mask");
      if (mask !== undefined) this.#masks.set(task, mask);
    } else if (kind === "task_complete") this.#completed(task);
  }

  protected override atEnd(): void {
    for (const task of this.#asked.keys())
      this.broken(`task ${task} was asked to stop and did not`);
  }

  #completed(task: string): void {
    this.#ended.add(task);
    if (this.#asked.get(task) === false) this.broken(`task ${task} was not finalized`);
    if ((this.#masks.get(task) ?? 0) > 0) this.broken(`task ${task} ended within its cleanup`);
    this.#asked.delete(task);
    this.#masks.delete(task);
  }
}

/** A child is marked before its parent, or not at all. */
export class CancelSignalOrdering extends Rule {
  readonly name = "cancelSignalOrdering";
  readonly #open: Set<string> = new Set();
  readonly #marked: Set<string> = new Set();
  /** What opened each region: a task, whose request goes on to the region. */
  readonly #owners: Map<string, string> = new Map();

  event(event: TraceEvent): void {
    const { kind, region = "", task } = event;
    if (kind === "region_open") {
      this.#open.add(region);
      if (task !== undefined) this.#owners.set(region, task);
    } else if (kind === "region_close_complete") this.#open.delete(region);
    else if (kind === "cancel_request") {
      this.#marked.add(task ?? region);
      const isHandedDown = textIn(event, "reason") === "parentCancelled";
      if (isHandedDown && task === undefined && !this.#isAboveMarked(region))
        this.broken(`region ${region} was marked before what is above it`);
    } else if (kind === "cancel_drain" && task === undefined)
      for (const child of this.#open)
        if (isWithin(child, region) && !this.#marked.has(child))
          this.broken(`region ${region} was cancelled and region ${child} was not`);
  }

  #isAboveMarked(region: string): boolean {
    return (
      this.#marked.has(parentOf(region) ?? "") || this.#marked.has(this.#owners.get(region) ?? "")
    );
  }
}

/** Cleanup waits while other work is done: more than so many dispatches of others in a row. */
export class CancelDebt extends Rule {
  readonly name = "cancelDebt";
  readonly #threshold: number;
  readonly #due: Set<string> = new Set();
  #others = 0;

  constructor(threshold = 4) {
    super();
    this.#threshold = threshold;
  }

  event(event: TraceEvent): void {
    const { kind, task = "" } = event;
    if (kind === "task_schedule" && numberIn(event, "lane") === CANCEL_LANE) this.#due.add(task);
    if (kind === "task_complete") this.#due.delete(task);
    if (kind !== "task_poll") return;
    if (this.#due.delete(task) || this.#due.size === 0) this.#others = 0;
    else if (++this.#others === this.#threshold)
      this.broken(`${this.#due.size} tasks wait to clean up while others run`);
  }
}

/** An outcome is not what follows from the requests, what the task had heard of them, and its end. */
export class Attribution extends Rule {
  readonly name = "attribution";
  readonly #tasks: Map<string, Heard> = new Map();

  event(event: TraceEvent): void {
    const { kind, task } = event;
    if (task === undefined) return;
    if (kind === "task_spawn") {
      this.#tasks.set(task, {
        polled: false,
        asked: false,
        early: false,
        heard: false,
        leaked: false,
      });
      return;
    }
    const known = this.#tasks.get(task);
    if (known === undefined) return;
    if (kind === "task_poll") known.polled = true;
    else if (kind === "obligation_leak") known.leaked = true;
    else if (kind === "cancel_request") {
      if (!known.asked) known.early = !known.polled;
      known.asked = true;
    } else if (kind === "cancel_ack") known.heard ||= event.data["late"] !== true;
    else if (kind === "task_complete") {
      this.#tasks.delete(task);
      this.#judge(task, known, textIn(event, "came") ?? "", textIn(event, "outcome") ?? "");
    }
  }

  #judge(task: string, known: Heard, came: string, outcome: string): void {
    const expected = expectedOf(came, known);
    const isLeak = known.leaked && outcome === "panicked";
    if (outcome !== expected && !isLeak)
      this.broken(`task ${task} ended as ${outcome}, which is ${expected} after ${came}`);
  }
}

interface Heard {
  polled: boolean;
  asked: boolean;
  /** Asked before its first poll. */
  early: boolean;
  /** Acknowledged before it ended. */
  heard: boolean;
  leaked: boolean;
}

const CANCEL_LANE = 3;

function expectedOf(came: string, { asked, early, heard }: Heard): string {
  if (came === "panic") return "panicked";
  if (came === "cancelled" || came === "skipped") return "cancelled";
  if (came === "domain") return heard ? "cancelled" : "err";
  return !asked || (heard && !early) ? "ok" : "cancelled";
}

/** What only a task that runs can do. */
function isStep(kind: string): boolean {
  return (
    kind === "checkpoint" || kind === "task_poll" || kind === "task_yield" || kind === "cancel_ack"
  );
}
