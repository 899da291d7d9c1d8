import { FetchGrant, judgeFetch } from "@wirewall/authority";

const grant = new FetchGrant({
  origins: ["https://api.example.org", { origin: "https://auth.example.org", credentials: true }],
  methods: ["GET", "POST"],
});

/** What a plug-in may do with that grant, made smaller. */
export function example(url: string, method: string): string {
  const forPlugin = grant.narrow({ origins: ["https://api.example.org"], methods: ["GET"] });
  const question = { url, method, fields: [], asksForCredentials: false };
  const judged = judgeFetch(forPlugin, question);
  return judged.type === "allowed" ? judged.url.href : judged.code;
}
