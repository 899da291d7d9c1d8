// What is still to be run from a state: sequences of events, as a tree, so that none is run that is the
// same as one before it (Abdulla et al., Optimal dynamic partial order reduction, 2014).

import { areDependent, type Event } from "./execution.js";

export class WakeupTree {
  readonly event: Event | undefined;
  children: WakeupTree[] = [];

  constructor(event?: Event) {
    this.event = event;
  }
}

/** Adds a sequence, unless one is there that leads to the same. */
export function insertSequence(tree: WakeupTree, sequence: readonly Event[]): void {
  let rest = sequence;
  let node = tree;
  for (;;) {
    let next: WakeupTree | undefined;
    for (const child of node.children) {
      if (child.event === undefined) continue;
      const left = without(rest, child.event);
      if (left === undefined) continue;
      next = child;
      rest = left;
      break;
    }
    if (next === undefined) break;
    if (next.children.length === 0) return;
    node = next;
  }
  for (const event of rest) {
    const child = new WakeupTree(event);
    node.children.push(child);
    node = child;
  }
}

/**
 * What is left of a sequence if an event is run first; undefined if the sequence does not allow that
 * (the event is no weak initial of it).
 */
export function without(sequence: readonly Event[], event: Event): readonly Event[] | undefined {
  for (const [at, one] of sequence.entries()) {
    if (one.task === event.task) return [...sequence.slice(0, at), ...sequence.slice(at + 1)];
    if (areDependent(one, event)) return undefined;
  }
  return sequence;
}
