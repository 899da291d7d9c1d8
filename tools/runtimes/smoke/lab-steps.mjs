// One seed, one program: its events have to be the same wherever it runs.

export async function traceOfSeed({ lab, runtime, trace }) {
  const report = await lab.runSeed(
    async (cx) => {
      const channel = new runtime.Channel(2);
      await cx.withRegion({}, (region) => {
        for (let n = 0; n < 3; n++)
          region.spawn(async (own) => {
            await own.sleep(10 * own.random());
            await channel.send(own, n);
          });
        for (let n = 0; n < 3; n++) region.spawn((own) => channel.receive(own));
      });
      await runtime.race(cx, [(own) => own.sleep(5), (own) => own.yield()]);
    },
    { seed: 7 },
  );
  if (report.violation !== undefined) throw new Error(report.violation);
  return report.events.map(trace.ndjsonLine).join("");
}
