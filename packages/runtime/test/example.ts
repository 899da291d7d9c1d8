import { Pool, race, timeout, type Cx } from "@wirewall/runtime";

/** Asks two replicas for the same, takes the first answer within a second, and leaves nothing behind. */
export async function example(
  cx: Cx,
  ask: (cx: Cx, replica: number) => Promise<string>,
): Promise<string> {
  const replicas = new Pool<number>({ size: 2, make: next() });
  return timeout(cx, 1_000, (inner) =>
    race(
      inner,
      [0, 1].map(() => (branch: Cx) => replicas.use(branch, (own, replica) => ask(own, replica))),
    ),
  );
}

function next(): () => number {
  let made = 0;
  return () => made++;
}
