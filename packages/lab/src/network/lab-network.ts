// A network as a program: whether a connection is made, what arrives and in which order, and whether
// anything arrives at all, are steps that are chosen like those of tasks.

import { nameOf, operation, type Cx, type Region } from "@wirewall/runtime";
import { LabHost } from "../lab-host.js";
import { LabPipe, type PipeOptions } from "./lab-pipe.js";
import { LabSocket } from "./lab-socket.js";

export interface NetworkOptions extends Partial<PipeOptions> {
  /** That the system took what was written is an event of its own; false if nothing is said. */
  readonly completes?: boolean;
}

/** A connection from the outside of it. */
export interface LabLink {
  readonly near: LabSocket;
  readonly far: LabSocket;
  /** The connection breaks: both ends are told so, and what is under way is lost. */
  cut(): void;
  /** Nothing arrives at either end any more, and nobody is told. */
  silence(): void;
}

/** Code below a program that has this many awaits in a row comes to its end within a step. */
const SETTLE_TURNS = 64;

export class LabNetwork {
  readonly #region: Region;
  readonly #host: LabHost;
  readonly #options: PipeOptions & { readonly completes: boolean };
  readonly links: LabLink[] = [];
  #accept: ((socket: LabSocket) => void) | undefined;

  /** @internal */
  constructor(host: LabHost, region: Region, options: NetworkOptions) {
    this.#region = region;
    this.#host = host;
    host.settleTurns = SETTLE_TURNS;
    const { segmentBytes = Infinity, delayMs = 0, completes = false } = options;
    if (!(segmentBytes >= 1)) throw new RangeError("segmentBytes: expected a number from 1");
    if (!(delayMs >= 0)) throw new RangeError("delayMs: expected a number from 0");
    this.#options = { segmentBytes, delayMs, completes };
  }

  /** From now on connections are made; without it they are refused. */
  listen(accept: (socket: LabSocket) => void): void {
    this.#accept = accept;
  }

  /** One end of a connection that will be made, or refused; `ready` is called when it is. */
  dial(ready: () => void = ignore): LabSocket {
    const { link, made } = this.#link();
    this.#region.spawn(async (cx) => {
      await operation(cx, "connect", link.near.label, "write");
      if (link.near.destroyed) return;
      if (this.#accept === undefined) link.near.refuse();
      else {
        made();
        this.#accept(link.far);
        ready();
      }
    });
    return link.near;
  }

  /** Both ends of a connection that was made. */
  connect(): LabLink {
    const { link, made } = this.#link();
    made();
    this.#accept?.(link.far);
    return link;
  }

  /** Both ends; nothing arrives before it is made. */
  #link(): { readonly link: LabLink; readonly made: () => void } {
    const label = nameOf("link");
    const there = new LabPipe(this.#host, `${label}>`, this.#options);
    const back = new LabPipe(this.#host, `${label}<`, this.#options);
    const { completes } = this.#options;
    const near = new LabSocket(this.#host, `${label}.near`, there, completes);
    const far = new LabSocket(this.#host, `${label}.far`, back, completes);
    const link: LabLink = {
      near,
      far,
      cut: () => {
        for (const pipe of [there, back]) pipe.put("reset");
      },
      silence: () => {
        for (const pipe of [there, back]) pipe.silence();
      },
    };
    this.links.push(link);
    this.#host.breakable.push(() => link.cut());
    const made = (): void => {
      this.#carry(there, far);
      this.#carry(back, near);
      if (completes) for (const socket of [near, far]) this.#complete(socket);
    };
    return { link, made };
  }

  /** Lets arrive what is under way, piece by piece. */
  #carry(pipe: LabPipe, to: LabSocket): void {
    const canGo = (): boolean => pipe.isDue && (to.isReading || to.destroyed || pipe.breaks);
    this.#region.spawn(async (cx) => {
      while (!pipe.isOver) {
        await operation(cx, "arrive", to.label, "write", canGo, [pipe.label]);
        const item = pipe.take();
        if (item === "end") to.receiveEnd();
        else if (item === "reset") to.receiveReset();
        else if (item !== undefined) to.receive(item);
      }
    });
  }

  #complete(socket: LabSocket): void {
    this.#region.spawn(async (cx) => {
      for (;;) {
        await operation(cx, "written", socket.label, "write", () => socket.hasUnwritten);
        socket.complete();
      }
    });
  }
}

/**
 * Runs with a network, which is gone when that returns, whatever is still under way.
 *
 * @throws TypeError outside of the lab.
 */
export async function withNetwork<T>(
  cx: Cx,
  run: (network: LabNetwork) => Promise<T> | T,
  options: NetworkOptions = {},
): Promise<T> {
  const host = cx.host();
  if (!(host instanceof LabHost)) throw new TypeError("cx: expected that of a program in the lab");
  const region = cx.region({ judged: true, onFailure: "collect" });
  try {
    return await run(new LabNetwork(host, region, options));
  } finally {
    region.cancel();
    await region.close();
  }
}

function ignore(): void {}
