import * as fields from "wirewall/fields";
import * as http1 from "wirewall/http1";
import { http1 as fromRoot } from "wirewall";
import { serve } from "wirewall/server";
import { runSteps } from "./steps.mjs";

if (fromRoot.RequestDecoder !== http1.RequestDecoder) throw new Error("two copies of http1");
const server = await serve({ port: 0, fetch: () => new Response("through the umbrella") });
try {
  const response = await fetch(server.url);
  if ((await response.text()) !== "through the umbrella") throw new Error("another answer came");
} finally {
  await server.close();
}
console.log(`umbrella: ${runSteps({ http1, fields })}, served`);
