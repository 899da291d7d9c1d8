// A queue between tasks in two steps: room is reserved first, which may wait and be cancelled, and
// then something is sent into it, which cannot fail. So no value is ever in the air when a task stops.

import type { TraceValue } from "@wirewall/trace";
import { taskOf, type Cx } from "../cx.js";
import { Refused } from "../errors.js";
import { nameOf } from "../names.js";
import { Obligation } from "../obligation.js";
import type { Task } from "../task.js";
import { begin, WaitQueue } from "../waiting.js";

/** Room for one value. */
export class SendPermit<T> {
  readonly #obligation: Obligation;
  readonly #put: (value: T) => void;

  /** @internal */
  constructor(
    task: Task,
    put: (value: T) => void,
    undo: () => void,
    of?: Readonly<Record<string, TraceValue>>,
  ) {
    this.#put = put;
    try {
      this.#obligation = new Obligation("sendPermit", task, undo, of);
    } catch (error) {
      undo();
      throw error;
    }
  }

  get isHeld(): boolean {
    return this.#obligation.state === "reserved";
  }

  /** @throws RuntimeError OBLIGATION_RESOLVED the second time. */
  send(value: T): void {
    this.#obligation.commit();
    this.#put(value);
  }

  abort(): void {
    this.#obligation.abort();
  }

  [Symbol.dispose](): void {
    if (this.isHeld) this.abort();
  }
}

/** What `select` does with several channels at once. */
interface Selecting {
  nameOf<T>(channel: Channel<T>): string;
  take<T>(channel: Channel<T>, task: Task): T | undefined;
  look<T>(channel: Channel<T>, task: Task): void;
  lookAway<T>(channel: Channel<T>, task: Task): void;
}

/** @internal */
export let selecting: Selecting;

export class Channel<T> {
  readonly capacity: number;
  readonly #name: string = nameOf("channel");
  readonly #senders: WaitQueue = new WaitQueue(this.#name);
  readonly #receivers: WaitQueue = new WaitQueue(this.#name);
  #values: T[] = [];
  #permits = 0;
  #isClosed = false;
  #lookers: Set<Task> | undefined;

  static {
    selecting = {
      nameOf: (channel) => channel.#name,
      take: (channel, task) => channel.#take(task),
      look: (channel, task) => void (channel.#lookers ??= new Set()).add(task),
      lookAway: (channel, task) => void channel.#lookers?.delete(task),
    };
  }

  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError("capacity: expected a whole number from 1");
    this.capacity = capacity;
  }

  get size(): number {
    return this.#values.length;
  }

  /** Whether `receive` has something to say at once. */
  get isReadable(): boolean {
    return this.#values.length > 0 || (this.#isClosed && this.#permits === 0);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Waits for room.
   *
   * @throws Cancelled, or Refused DISCONNECTED once the channel is closed.
   */
  async reserve(cx: Cx): Promise<SendPermit<T>> {
    const task = taskOf(cx);
    const begun = begin(
      task,
      "reserve",
      this.#name,
      "write",
      () => this.#isClosed || this.#hasRoom,
    );
    if (begun !== undefined) await begun;
    while (!this.#isClosed && !this.#hasRoom) await this.#senders.wait(task);
    return this.#permit(task);
  }

  /** @throws Refused FULL instead of waiting. */
  tryReserve(cx: Cx): SendPermit<T> {
    const task = taskOf(cx);
    task.machine.host.touch?.(this.#name, "write");
    if (!this.#isClosed && !this.#hasRoom) throw new Refused("FULL", "channel: no room");
    return this.#permit(task);
  }

  async send(cx: Cx, value: T): Promise<void> {
    (await this.reserve(cx)).send(value);
  }

  /**
   * The next value; undefined once the channel is closed and empty.
   *
   * @throws Cancelled; a value is then left for others.
   */
  async receive(cx: Cx): Promise<T | undefined> {
    const task = taskOf(cx);
    const begun = begin(task, "receive", this.#name, "write", () => this.isReadable);
    if (begun !== undefined) await begun;
    while (!this.isReadable) await this.#receivers.wait(task);
    return this.#take(task);
  }

  #take(task: Task): T | undefined {
    if (this.#values.length === 0) return undefined;
    const value = this.#values.shift();
    if (task.machine.isTraced) task.told("checkpoint", { received: this.#name });
    this.#senders.grant();
    if (this.#values.length > 0) this.#receivers.grant();
    return value;
  }

  /** No more is taken; what was sent can still be received. */
  close(cx?: Cx): void {
    if (cx !== undefined) taskOf(cx).machine.host.touch?.(this.#name, "write");
    this.#isClosed = true;
    this.#senders.grantAll();
    this.#arrived(true);
  }

  /** One who looks at several channels is told of each value, and takes it if nobody was faster. */
  #arrived(all: boolean): void {
    if (all) this.#receivers.grantAll();
    else this.#receivers.grant();
    if (this.#lookers !== undefined) for (const task of this.#lookers) task.notify();
  }

  get #hasRoom(): boolean {
    return this.#values.length + this.#permits < this.capacity;
  }

  #load(): Readonly<Record<string, TraceValue>> {
    const { capacity } = this;
    return { of: this.#name, load: this.size + this.#permits, capacity };
  }

  #permit(task: Task): SendPermit<T> {
    if (this.#isClosed) {
      this.#senders.grant();
      throw new Refused("DISCONNECTED", "channel: it is closed");
    }
    this.#permits++;
    const { host } = task.machine;
    return new SendPermit<T>(
      task,
      (value) => {
        host.touch?.(this.#name, "write");
        this.#permits--;
        this.#values.push(value);
        this.#arrived(false);
      },
      () => {
        host.touch?.(this.#name, "write");
        this.#permits--;
        this.#senders.grant();
        if (this.#isClosed) this.#arrived(true);
      },
      task.machine.isTraced ? this.#load() : undefined,
    );
  }
}

/** One value, once. */
export class Oneshot<T> {
  readonly #channel: Channel<T> = new Channel(1);
  #isSent = false;

  /** @throws Refused FULL the second time. */
  send(cx: Cx, value: T): void {
    if (this.#isSent) throw new Refused("FULL", "oneshot: it was sent already");
    this.#isSent = true;
    this.#channel.tryReserve(cx).send(value);
    this.#channel.close(cx);
  }

  /** Nothing will be sent: who waits sees undefined. */
  drop(): void {
    this.#channel.close();
  }

  receive(cx: Cx): Promise<T | undefined> {
    return this.#channel.receive(cx);
  }
}
