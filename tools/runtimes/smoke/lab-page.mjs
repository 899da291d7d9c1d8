// For a browser: the trace of the lab, and a program on the browser's own clock, whose page is not kept
// from its other work.

import { browserHost } from "@wirewall/host/browser";
import * as lab from "@wirewall/lab";
import * as runtime from "@wirewall/runtime";
import * as trace from "@wirewall/trace";
import { traceOfSeed } from "./lab-steps.mjs";

let turns = 0;

globalThis.labTrace = traceOfSeed({ lab, runtime, trace });
globalThis.live = runtime
  .run(browserHost(), async (cx) => {
    const timer = setInterval(() => turns++, 1);
    const begun = cx.now();
    await cx.sleep(30);
    const slept = cx.now() - begun;
    while (cx.now() - begun < 300_000) await cx.yield();
    clearInterval(timer);
    return slept >= 30_000 && turns > 5;
  })
  .then(({ type, value }) => `${type} ${value}`);
