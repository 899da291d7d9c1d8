// The parser in JavaScript that takes the place of Node's own one, with the same callbacks.

import { HTTPParser } from "http-parser-js";
import { pairs, text } from "./flat-headers.mjs";

const ON_HEADERS_COMPLETE = HTTPParser.kOnHeadersComplete;
const ON_BODY = HTTPParser.kOnBody;
const ON_MESSAGE_COMPLETE = HTTPParser.kOnMessageComplete;

export function create() {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {});
  let message;
  let content;
  let sum = 0;
  const variant = {
    count: 0,
    feed(chunk) {
      const result = parser.execute(chunk);
      if (result !== chunk.length) throw new Error(`http-parser-js: ${result}`);
      return sum;
    },
    read() {
      const { method, url, headers } = message;
      return [HTTPParser.methods[method] ?? method, url, pairs(headers), text(content ?? [])];
    },
  };
  parser[ON_HEADERS_COMPLETE] = (info) => {
    message = info;
    content = undefined;
    return false;
  };
  parser[ON_BODY] = (bytes, start, length) => {
    const piece = bytes.subarray(start, start + length);
    if (content === undefined) content = [piece];
    else content.push(piece);
  };
  parser[ON_MESSAGE_COMPLETE] = () => {
    const { method, url, headers } = message;
    const name = HTTPParser.methods[method];
    variant.count++;
    sum = name.length + url.length + headers.length + (headers.at(-1)?.length ?? 0);
  };
  return variant;
}
