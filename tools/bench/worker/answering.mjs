// The inside of a process that measures: answers requests of its parent, and ends with it.

/** @param {Record<string, (argument: any) => unknown>} verbs */
export function answerParent(verbs) {
  process.on("message", ({ verb, argument }) => {
    Promise.resolve()
      .then(() => {
        const act = verbs[verb];
        if (act === undefined) throw new Error(`unknown request ${verb}`);
        return act(argument);
      })
      .then(
        (value) => process.send({ value }),
        (error) => process.send({ error: error instanceof Error ? error.message : String(error) }),
      );
  });
  process.on("disconnect", () => process.exit(0));
}

/** CPU time of this process so far, user and system over all threads, in microseconds. */
export function cpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
