// Listens on a free port of the loopback address.

/** @param {import("node:net").Server} server */
export function listening(server) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1", backlog: 511 }, () =>
      resolve({ port: server.address().port }),
    );
  });
}
