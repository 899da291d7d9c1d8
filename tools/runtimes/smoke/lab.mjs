import * as lab from "@wirewall/lab";
import * as runtime from "@wirewall/runtime";
import * as trace from "@wirewall/trace";
import { traceOfSeed } from "./lab-steps.mjs";

console.log(await traceOfSeed({ lab, runtime, trace }));
