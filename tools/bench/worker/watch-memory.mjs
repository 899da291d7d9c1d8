// Asks a process for its resident memory again and again, and keeps the highest answer.

const EVERY_MS = 100;

/** @param {import("./child.mjs").Child} child of server.mjs */
export function watchMemory(child) {
  const watch = { on: true, peak: 0 };
  const watching = (async () => {
    while (watch.on) {
      watch.peak = Math.max(watch.peak, await child.ask("rss"));
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  watching.catch(() => {});
  return {
    async stop() {
      watch.on = false;
      await watching;
      return watch.peak;
    },
  };
}
