// Reads every chunk with two parsers and says only what the first one read.

import { create as createParser } from "../peers/http-parser-js.mjs";

export function create() {
  const first = createParser();
  const second = createParser();
  return {
    get count() {
      return first.count;
    },
    feed: (chunk) => first.feed(chunk) + second.feed(chunk),
    read: () => first.read(),
  };
}
