// The other thread of the watchdog, as a text: a bundle, a test and a CommonJS module find no file of it at the same place.

/** Given `step`, of which the first number is odd within a step and the second is that of one that was stopped, and `stuckStepMs`. */
export const WATCHER: string = `
const { Session } = require("node:inspector");
const { parentPort, workerData } = require("node:worker_threads");
const { step, stuckStepMs } = workerData;
const MOST_LINES = 16;
let seen = 0;
let looks = 0;
let isBusy = false;

setInterval(() => {
  const now = Atomics.load(step, 0);
  looks = now === seen ? looks + 1 : 0;
  seen = now;
  // Two whole times between looks have gone by.
  if (looks < 2 || (now & 1) === 0 || isBusy) return;
  isBusy = true;
  stop(now);
}, Math.ceil(stuckStepMs / 2));

/** Whoever is paused does nothing: that the number is the same then says that it is still that step. */
function stop(stuck) {
  const session = new Session();
  session.connectToMainThread();
  session.on("Debugger.paused", ({ params }) => {
    const isStuck = Atomics.load(step, 0) === stuck;
    const { callFrameId } = params.callFrames[0];
    // As the program itself would tell its stack, with whatever it has for that.
    const stack = { callFrameId, expression: "new Error().stack", silent: true, returnByValue: true };
    session.post("Debugger.evaluateOnCallFrame", stack, (_, answer) => {
      if (isStuck) {
        Atomics.store(step, 1, stuck);
        session.post("Runtime.terminateExecution");
      }
      session.post("Debugger.resume");
      session.post("Debugger.disable", () => {
        session.disconnect();
        isBusy = false;
        looks = 0;
        if (isStuck) parentPort.postMessage(linesOf(answer?.result.value));
      });
    });
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}

function linesOf(stack) {
  const lines = String(stack ?? "").split("\\n").map((line) => line.trim());
  return lines.filter((line) => line.startsWith("at ") && !line.startsWith("at eval (eval at")).slice(0, MOST_LINES);
}
`;
