// A program over all primitives from a list of words: it breaks nothing itself, so that whatever is
// wrong in the end is the runtime's.

import {
  Barrier,
  Broadcast,
  Cancelled,
  Channel,
  firstOk,
  hedge,
  JoinSet,
  Lagged,
  mapReduce,
  Mutex,
  Notify,
  quorum,
  race,
  RateLimit,
  retry,
  RwLock,
  select,
  Semaphore,
  timeout,
  Watch,
  type Cx,
  type TaskHandle,
} from "@wirewall/runtime";

export const WORDS = [
  "lock",
  "permit",
  "permits",
  "send",
  "receive",
  "select",
  "sleep",
  "race",
  "retry",
  "nest",
  "cancel",
  "fail",
  "read",
  "write",
  "tell",
  "hear",
  "set",
  "changed",
  "meet",
  "token",
  "quorum",
  "hedge",
  "first",
  "join",
  "map",
  "mask",
  "notify",
] as const;

export type Word = (typeof WORDS)[number];

/** What each task does, word for word. */
export type Plan = readonly (readonly Word[])[];

const quiet = { judged: true, onFailure: "collect" } as const;

/** Throws if something is lost, held or running in the end. */
export const randomProgram =
  (plan: Plan) =>
  async (cx: Cx): Promise<void> => {
    const world = new World();
    const handles: TaskHandle<unknown>[] = [];
    let live = 0;
    await cx.withRegion(quiet, (region) => {
      for (const words of plan)
        handles.push(
          region.spawn(async (own) => {
            live++;
            try {
              for (const word of words)
                await timeout(own, 10, (inner) => world.act(inner, word, handles)).catch(
                  (error: unknown) => {
                    if (!(error instanceof Cancelled) || own.isCancelRequested()) throw error;
                  },
                );
            } finally {
              live--;
            }
          }),
        );
    });
    for (const handle of handles) {
      const outcome = await handle.outcome();
      if (outcome.type === "panicked") throw outcome.error;
    }
    if (live !== 0) throw new Error(`${live} tasks run on`);
    await world.expectWhole(cx);
  };

class World {
  readonly mutex = new Mutex();
  readonly semaphore = new Semaphore(2);
  readonly channel = new Channel<number>(1);
  readonly lock = new RwLock();
  readonly broadcast = new Broadcast<number>(1);
  readonly heard = this.broadcast.subscribe();
  readonly notify = new Notify();
  readonly watch = new Watch(0);
  readonly barrier = new Barrier(2);
  readonly limit = new RateLimit({ perSecond: 1_000, burst: 1 });
  sent = 0;
  received = 0;
  inside = 0;

  async act(own: Cx, word: Word, handles: readonly TaskHandle<unknown>[]): Promise<unknown> {
    switch (word) {
      case "lock":
        return this.mutex.use(own, () => own.yield());
      case "permit":
        return this.semaphore.use(own, () => own.sleep(3));
      case "permits":
        return this.semaphore.use(own, () => own.yield(), { count: 2, withinMs: 4 }).catch(late);
      case "send": {
        const permit = await this.channel.reserve(own);
        this.sent++;
        return permit.send(this.sent);
      }
      case "receive":
        if ((await this.channel.receive(own)) !== undefined) this.received++;
        return undefined;
      case "select":
        if ((await select(own, [this.channel])).value !== undefined) this.received++;
        return undefined;
      case "sleep":
        return own.sleep(2);
      case "race":
        return race(own, [(one) => one.sleep(1), (one) => this.mutex.use(one, () => {})]);
      case "retry":
        return retry(own, (one, attempt) => (attempt < 3 ? one.fail("again") : 1));
      case "nest":
        return own.withRegion({}, (region) => void region.spawn((one) => one.sleep(1)));
      case "fail":
        return own.fail("foreseen");
      case "cancel":
        return handles[0]?.cancel();
      case "read":
        return this.#inside(await this.lock.read(own), own, 1);
      case "write":
        return this.#inside(await this.lock.write(own), own, 100);
      case "tell":
        return this.broadcast.send(own, 1);
      case "hear":
        return this.heard.receive(own).catch((error: unknown) => {
          if (!(error instanceof Lagged)) throw error;
        });
      case "set":
        return this.watch.set(own, this.watch.value + 1);
      case "changed":
        return this.watch.changed(own, 0);
      case "meet":
        return this.barrier.arrive(own);
      case "token":
        return this.limit.acquire(own);
      case "quorum":
        return quorum(own, 1, [(one) => one.yield(), (one) => one.sleep(1)]);
      case "hedge":
        return hedge(
          own,
          1,
          (one) => one.sleep(2),
          (one) => one.yield(),
        );
      case "first":
        return firstOk(own, [(one) => one.fail("no"), (one) => one.yield()]);
      case "join":
        return own.withRegion(quiet, async (region, inner) => {
          const set = new JoinSet<void>(region);
          for (const ms of [1, 2]) set.spawn((one) => one.sleep(ms));
          while ((await set.next(inner)) !== undefined);
        });
      case "map":
        return mapReduce(own, [1, 2, 3], (one, value) => one.yield().then(() => value), sum, 0, {
          limit: 2,
        });
      case "mask":
        return own.mask(() => own.yield());
      case "notify":
        this.notify.notifyOne(own);
        return this.notify.wait(own);
    }
  }

  async #inside(permit: { release(): void }, own: Cx, weight: number): Promise<void> {
    try {
      this.inside += weight;
      if (this.inside > 100 || (weight === 100 && this.inside !== 100))
        throw new Error("a writer is not alone");
      await own.yield();
    } finally {
      this.inside -= weight;
      permit.release();
    }
  }

  async expectWhole(cx: Cx): Promise<void> {
    if (this.mutex.isLocked) throw new Error("the mutex is locked");
    if (this.semaphore.available !== 2) throw new Error("a permit is lost");
    if (this.channel.size !== this.sent - this.received) throw new Error("a value is lost");
    (await this.lock.write(cx)).release();
    await this.limit.acquire(cx);
  }
}

function late(error: unknown): void {
  if ((error as { readonly code?: string }).code !== "TIMED_OUT") throw error;
}

function sum(left: number, right: number): number {
  return left + right;
}
