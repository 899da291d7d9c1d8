// What all tasks and regions of one program have in common: host, queue, timers, and the trace.

import type { TraceKind, TraceValue } from "@wirewall/trace";
import type { Host } from "./host.js";
import { Scheduler } from "./scheduler.js";
import { Timers } from "./timers.js";

export class Machine {
  readonly host: Host;
  readonly scheduler: Scheduler;
  readonly timers: Timers;
  /** An operation that would have to wait is not begun, as the lab has it unless told otherwise. */
  readonly isGuarded: boolean;
  /** A sink that threw is not asked again. */
  isTraced: boolean;
  #seq = 0;
  #obligations = 0;

  constructor(host: Host) {
    this.host = host;
    this.scheduler = new Scheduler(host);
    this.timers = new Timers(host);
    this.isGuarded = host.point !== undefined && host.queues !== true;
    this.isTraced = host.trace !== undefined;
  }

  takeObligation(): number {
    return this.#obligations++;
  }

  /** Only to be called where `isTraced`, so that nothing is built otherwise. */
  emit(
    kind: TraceKind,
    region: string,
    task: string | undefined,
    data: Readonly<Record<string, TraceValue>>,
  ): void {
    const t = this.host.now();
    const seq = this.#seq++;
    try {
      this.host.trace?.event(
        task === undefined ? { seq, t, kind, region, data } : { seq, t, kind, region, task, data },
      );
    } catch {
      this.isTraced = false;
    }
  }
}
