// For workerd: the answer to any request is what the steps say.

import * as fields from "@wirewall/fields";
import * as http1 from "@wirewall/http1";
import { runSteps } from "./steps.mjs";

export default {
  fetch() {
    try {
      return new Response(`esm: ${runSteps({ http1, fields })}`);
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};
