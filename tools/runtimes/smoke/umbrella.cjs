const http1 = require("wirewall/http1");
const fields = require("wirewall/fields");
const { http1: fromRoot } = require("wirewall");
const { serve } = require("@wirewall/server");

if (fromRoot.RequestDecoder !== http1.RequestDecoder) throw new Error("two copies of http1");
if (typeof serve !== "function") throw new Error("no serve");
import("./steps.mjs").then(({ runSteps }) =>
  console.log(`umbrella: ${runSteps({ http1, fields })}, loaded`),
);
