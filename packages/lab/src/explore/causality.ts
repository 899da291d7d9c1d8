// Which events of a run happened before which, and which pairs raced: where the later one could have
// come first.

import type { Event, Pending } from "./execution.js";

export interface Race {
  /** Its place in the run. */
  readonly earlier: number;
  /** Its place in the run; behind its end for an operation that is blocked there. */
  readonly laterAt: number;
  /** With what it may touch if it comes first. */
  readonly later: Event;
}

/** Ends of tasks and regions: who waits for one cannot go before it. */
const LIVES = /^(?:task|region):/;

interface Uses {
  lastWrite: number;
  reads: number[];
  /** Of a guarded operation: its last event of each task. */
  readonly takers: Map<string, number>;
}

export class Causality {
  readonly #events: readonly Event[];
  readonly #clocks: Map<string, number>[] = [];
  readonly #lastOf: Map<string, number> = new Map();
  readonly #uses: Map<string, Uses> = new Map();
  readonly #creators: ReadonlyMap<string, number>;
  readonly #announced: readonly (readonly Pending[])[];
  readonly races: Race[] = [];

  /**
   * `creators` says after which event a task was there, `announced` what was announced before each
   * event.
   */
  constructor(
    events: readonly Event[],
    creators: ReadonlyMap<string, number>,
    announced: readonly (readonly Pending[])[],
  ) {
    this.#events = events;
    this.#creators = creators;
    this.#announced = announced;
    for (let at = 0; at < events.length; at++) this.#add(at);
  }

  happensBefore(earlier: number, later: number): boolean {
    const event = this.#events[earlier];
    if (event === undefined || earlier >= later) return false;
    return (this.#clocks[later]?.get(event.task) ?? -1) >= earlier;
  }

  /** Operations that are blocked when the run ends race with whoever took what they wait for. */
  addBlocked({ task, label, isGuarded, resource }: Pending): void {
    const uses = this.#uses.get(label);
    if (uses === undefined) return;
    const previous = this.#before(task);
    const touches = [
      { resource: `task:${task}`, isWrite: false },
      { resource, isWrite: true },
    ];
    for (const [taker, taken] of uses.takers)
      if (taker !== task && !this.#knows(previous, taken))
        this.races.push({
          earlier: taken,
          laterAt: this.#events.length,
          later: { task, label, isGuarded, resource, touches },
        });
  }

  #add(at: number): void {
    const event = this.#events[at];
    if (event === undefined) return;
    const previous = this.#before(event.task);
    const clock = new Map(previous === undefined ? undefined : this.#clocks[previous]);
    const direct = this.#conflicts(event);
    for (const place of direct) this.#join(clock, place);
    this.#findRaces(at, event, previous, direct);
    clock.set(event.task, at);
    this.#clocks.push(clock);
    this.#lastOf.set(event.task, at);
    for (const { resource, isWrite } of event.touches) {
      const uses = this.#usesOf(resource);
      if (isWrite) {
        uses.lastWrite = at;
        uses.reads = [];
      } else uses.reads.push(at);
    }
    if (event.isGuarded) this.#usesOf(event.label).takers.set(event.task, at);
  }

  #findRaces(
    at: number,
    event: Event,
    previous: number | undefined,
    direct: readonly number[],
  ): void {
    for (const place of direct) {
      const other = this.#events[place];
      if (other === undefined || other.task === event.task) continue;
      if (event.isGuarded && !this.#couldGo(event, place, other, previous)) continue;
      if (this.#knows(previous, place)) continue;
      if (direct.some((between) => between !== place && this.#knows(between, place))) continue;
      this.races.push({ earlier: place, laterAt: at, later: unstopped(event) });
    }
    if (!event.isGuarded) return;
    const uses = this.#uses.get(event.label);
    if (uses === undefined) return;
    let last = -1;
    for (const [task, taken] of uses.takers) if (task !== event.task && taken > last) last = taken;
    if (last >= 0 && !this.#knows(previous, last) && !direct.includes(last))
      this.races.push({ earlier: last, laterAt: at, later: unstopped(event) });
  }

  /** Whether a guarded operation could have gone before that event, as far as can be known. */
  #couldGo(event: Event, place: number, other: Event, previous: number | undefined): boolean {
    if (other.isGuarded && other.label === event.label) return true;
    if ((previous ?? -1) < place) {
      const before = this.#announced[place]?.find(({ task }) => task === event.task);
      return before?.isEnabled === true;
    }
    return event.touches.some(
      ({ resource, isWrite }) =>
        (resource !== event.resource || !isWrite) &&
        (resource === `task:${event.task}` || !LIVES.test(resource)) &&
        other.touches.some((touch) => touch.resource === resource && (isWrite || touch.isWrite)),
    );
  }

  /** Events that this one has to come after because of what both touch. */
  #conflicts({ touches }: Event): number[] {
    const places = new Set<number>();
    for (const { resource, isWrite } of touches) {
      const uses = this.#uses.get(resource);
      if (uses === undefined) continue;
      if (uses.lastWrite >= 0) places.add(uses.lastWrite);
      if (isWrite) for (const read of uses.reads) places.add(read);
    }
    return [...places];
  }

  /** The event of the task before this one, or that which made the task. */
  #before(task: string): number | undefined {
    return this.#lastOf.get(task) ?? this.#creators.get(task);
  }

  #knows(later: number | undefined, earlier: number): boolean {
    return later !== undefined && (later === earlier || this.happensBefore(earlier, later));
  }

  #join(clock: Map<string, number>, place: number): void {
    for (const [task, count] of this.#clocks[place] ?? [])
      if ((clock.get(task) ?? -1) < count) clock.set(task, count);
  }

  #usesOf(resource: string): Uses {
    let uses = this.#uses.get(resource);
    if (uses === undefined) {
      uses = { lastWrite: -1, reads: [], takers: new Map() };
      this.#uses.set(resource, uses);
    }
    return uses;
  }
}

/** An operation that found its task asked to stop did not do what it may do if it comes earlier. */
function unstopped(event: Event): Event {
  const { resource, touches } = event;
  if (touches.some((touch) => touch.resource === resource)) return event;
  return { ...event, touches: [...touches, { resource, isWrite: true }] };
}
