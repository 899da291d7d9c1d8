import { Channel, type Cx } from "@wirewall/runtime";

/** One connection, lent to one task at a time. The health check stands outside of the `try`. */
export class Connections {
  readonly free = new Channel<string>(1);

  async use(cx: Cx, work: (cx: Cx, connection: string) => Promise<void>): Promise<void> {
    const connection = (await this.free.receive(cx)) ?? "";
    await isHealthy(cx);
    try {
      await work(cx, connection);
    } finally {
      await cx.mask(() => this.free.send(cx, connection));
    }
  }
}

/** The same, with the check inside. */
export class MendedConnections extends Connections {
  override async use(cx: Cx, work: (cx: Cx, connection: string) => Promise<void>): Promise<void> {
    const connection = (await this.free.receive(cx)) ?? "";
    try {
      await isHealthy(cx);
      await work(cx, connection);
    } finally {
      await cx.mask(() => this.free.send(cx, connection));
    }
  }
}

/** A request needs a connection; its client does 20 other things, and then gives the request up. */
export const service = (connections: () => Connections) => async (cx: Cx) => {
  const pool = connections();
  await pool.free.send(cx, "the only one");
  await cx.withRegion({ judged: true, onFailure: "collect" }, (region) => {
    const request = region.spawn((own) => pool.use(own, (inner) => inner.yield()));
    region.spawn(async (client) => {
      for (let thing = 0; thing < 20; thing++) await client.yield();
      request.cancel();
    });
  });
  if (pool.free.size !== 1) throw new Error("the connection is lost");
};

const isHealthy = (cx: Cx): Promise<void> => cx.yield();
