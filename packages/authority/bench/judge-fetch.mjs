// The decision, with what a request has: a method and two field lines.

import { FetchGrant, judgeFetch } from "@wirewall/authority";
import { ORIGINS, urlOf } from "./urls.mjs";

const grant = new FetchGrant({ origins: ORIGINS, methods: ["GET", "POST"] });
const fields = [
  ["accept", "*/*"],
  ["x-request-id", "0123456789"],
];

export function create() {
  let at = 0;
  return {
    async batch(count) {
      let allowed = 0;
      for (let n = 0; n < count; n++) {
        const question = { url: urlOf(at++), method: "GET", fields, asksForCredentials: false };
        if (judgeFetch(grant, question).type === "allowed") allowed++;
      }
      return allowed;
    },
  };
}
