// 64 requests of a browser: 1,100 bytes and 19 fields each, no two alike.

import { hex, sized, step } from "./varied.mjs";

export function chunks() {
  const random = step(1_100);
  return Array.from({ length: 64 }, () => {
    const item = 100_000 + (random() % 900_000);
    const page = 10 + (random() % 90);
    const head = [
      `GET /shop/articles/${item}?page=${page} HTTP/1.1`,
      "Host: www.example.com",
      "Connection: keep-alive",
      'sec-ch-ua: "Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
      "sec-ch-ua-mobile: ?0",
      'sec-ch-ua-platform: "Linux"',
      "DNT: 1",
      "Upgrade-Insecure-Requests: 1",
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
      "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
      "Sec-Fetch-Site: same-origin",
      "Sec-Fetch-Mode: navigate",
      "Sec-Fetch-User: ?1",
      "Sec-Fetch-Dest: document",
      `Referer: https://www.example.com/shop?page=${page}`,
      "Accept-Encoding: gzip, deflate, br, zstd",
      "Accept-Language: en-GB,en;q=0.9,de;q=0.8",
      `If-None-Match: W/"${hex(random)}"`,
      `X-Client-Trace: ${hex(random)}${hex(random)}`,
    ];
    return sized(1_100, head, "Cookie: session=", () => hex(random));
  });
}
