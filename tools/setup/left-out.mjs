// Says before vitest's closing lines what the run did not cover: reporters speak in their order,
// and this one stands before the default one.

export default class LeftOut {
  onTestRunEnd() {
    process.stdout.write(
      "\nLeft out of npm test: the interop tests, which need other runtimes, a browser and other\n" +
        "servers (npm run test:interop), and fuzzing beyond the corpus (npm run fuzz).\n",
    );
  }
}
