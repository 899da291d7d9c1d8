// 64 requests of an API client: 194 bytes and 5 fields each, no two alike.

import { hex, sized, step } from "./varied.mjs";

export function chunks() {
  const random = step(194);
  return Array.from({ length: 64 }, () => {
    const item = 100_000 + (random() % 900_000);
    const head = [
      `GET /api/v1/items/${item} HTTP/1.1`,
      "Host: api.example.com",
      "User-Agent: example-client/2.14.0",
      "Accept: application/json",
      "Accept-Encoding: gzip",
    ];
    return sized(194, head, "X-Request-Id: ", () => hex(random));
  });
}
