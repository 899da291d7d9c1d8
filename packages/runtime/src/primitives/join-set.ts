// Tasks of one region, joined as they come.

import { taskOf, type Cx, type Region, type TaskHandle } from "../cx.js";
import { nameOf } from "../names.js";
import type { Outcome } from "../outcome.js";
import { Task, type Body } from "../task.js";
import { begin, WaitQueue } from "../waiting.js";

export class JoinSet<T> {
  readonly #region: Region;
  readonly #name: string = nameOf("joinSet");
  readonly #queue: WaitQueue = new WaitQueue(this.#name);
  readonly #members: Set<string> = new Set();
  readonly #done: Outcome<T>[] = [];

  /** What fails is seen by who joins it, so open the region with `judged`. */
  constructor(region: Region) {
    this.#region = region;
  }

  /** How many were spawned and not joined. */
  get size(): number {
    return this.#members.size + this.#done.length;
  }

  spawn(body: Body<T>): TaskHandle<T> {
    const handle = this.#region.spawn(body);
    if (handle instanceof Task) this.#watch(handle);
    return handle;
  }

  /** The outcome of the next that completes; undefined when all were joined. */
  async next(cx: Cx): Promise<Outcome<T> | undefined> {
    const task = taskOf(cx);
    const isReadable = (): boolean => this.#done.length > 0 || this.#members.size === 0;
    const begun = begin(task, "joinNext", this.#name, "write", isReadable);
    if (begun !== undefined) await begun;
    while (!isReadable()) await this.#queue.wait(task);
    return this.#done.shift();
  }

  #watch(task: Task): void {
    const { id } = task;
    this.#members.add(id);
    task.watch({
      tell: (outcome) => {
        this.#members.delete(id);
        this.#done.push(outcome as Outcome<T>);
        task.machine.host.touch?.(this.#name, "write");
        this.#queue.grant();
        if (this.#members.size === 0) this.#queue.grantAll();
      },
    });
  }
}
