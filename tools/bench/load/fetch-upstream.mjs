// Answers 100 bytes to everything, and says by a message where it listens.

import { createServer } from "node:http";

const content = "x".repeat(100);

const server = createServer((_request, response) => {
  response.setHeader("content-type", "text/plain");
  response.end(content);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
