// Servers, each in a process of its own. All of them stay up while the load goes from one to the
// next; what a server used meanwhile is divided by the requests that were answered.

import { pairedRounds } from "../rounds.mjs";
import { Child } from "../worker/child.mjs";

/** It takes some ten thousand requests until the compilers are done. */
const WARM_UP_ROUNDS = 2;

/** Microseconds of CPU time per request, per round and variant. */
export async function runServers(bench, variants, rounds, say) {
  const { plan } = bench;
  const children = [];
  const startServer = async (url, name, options) => {
    const child = new Child("server.mjs", name);
    children.push(child);
    const { port } = await child.ask("start", { url, options });
    return { child, port };
  };
  const load = await plan.load();
  try {
    const upstream =
      plan.upstream === undefined
        ? undefined
        : await startServer(plan.upstream.href, "the upstream", {});
    const options = upstream === undefined ? {} : { upstream: upstream.port };
    const servers = [];
    for (const { url, name } of variants) {
      const server = await startServer(url, name, options);
      await expectAnswer(server.port, name, plan.expected, load.answer ?? answerOf);
      servers.push({ ...server, name });
    }
    return await pairedRounds(
      servers.map(({ child, port, name }) => ({
        name,
        async measure() {
          const began = await child.ask("cpu");
          const { requests } = await load.run(port, name);
          const spent = (await child.ask("cpu")) - began;
          return spent / requests;
        },
      })),
      rounds,
      say,
      plan.warmUpRounds ?? WARM_UP_ROUNDS,
    );
  } finally {
    load.stop();
    for (const child of children) child.stop();
  }
}

/** All servers have to say the same before it is compared how they say it. */
async function expectAnswer(port, name, { status, content, type }, ask) {
  const got = await ask(port);
  if (got.status !== status || got.content !== content || !got.type.startsWith(type))
    throw new Error(
      `${name} answers ${got.status} ${JSON.stringify(got.type)} ${JSON.stringify(got.content.slice(0, 100))}`,
    );
}

async function answerOf(port) {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  const content = await response.text();
  return { status: response.status, type: response.headers.get("content-type") ?? "", content };
}
