import * as fields from "@wirewall/fields";
import * as http1 from "@wirewall/http1";
import { runSteps } from "./steps.mjs";

console.log(`esm: ${runSteps({ http1, fields })}`);
