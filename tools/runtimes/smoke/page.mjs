// For a browser: the bundle leaves what the steps say in a global name.

import * as fields from "@wirewall/fields";
import * as http1 from "@wirewall/http1";
import { runSteps } from "./steps.mjs";

globalThis.smoke = `esm: ${runSteps({ http1, fields })}`;
