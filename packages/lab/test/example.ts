import { Cell } from "@wirewall/lab";
import type { Cx } from "@wirewall/runtime";

/** Two tasks that count; the second reading may come before the first writing. */
export async function example(cx: Cx): Promise<void> {
  const visits = new Cell(0);
  await cx.withRegion({}, (region) => {
    for (let n = 0; n < 2; n++)
      region.spawn(async (own) => {
        const before = await visits.read(own);
        await visits.write(own, before + 1);
      });
  });
  if ((await visits.read(cx)) !== 2) throw new Error("a visit was lost");
}
