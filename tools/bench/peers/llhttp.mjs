// Node's own parser: llhttp behind the native binding that node:http sits on. Names stay as they
// were sent, and the method stays the parser's own string: less work than ours does.

import { pairs, text } from "./flat-headers.mjs";

const { HTTPParser, methods } = process.binding("http_parser");

const ON_HEADERS = HTTPParser.kOnHeaders | 0;
const ON_HEADERS_COMPLETE = HTTPParser.kOnHeadersComplete | 0;
const ON_BODY = HTTPParser.kOnBody | 0;
const ON_MESSAGE_COMPLETE = HTTPParser.kOnMessageComplete | 0;

export function create() {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {}, 0, 0);
  let message;
  let sum = 0;
  let early = [];
  let earlyUrl = "";
  const variant = {
    count: 0,
    feed(chunk) {
      const result = parser.execute(chunk);
      if (result !== chunk.length) throw new Error(`llhttp: ${result.code ?? result}`);
      return sum;
    },
    read() {
      const { method, url, headers, content = [] } = message;
      return [method, url, pairs(headers), text(content)];
    },
  };
  // More than 32 fields come in parts.
  parser[ON_HEADERS] = (headers, url) => {
    early = early.concat(headers);
    earlyUrl += url;
  };
  parser[ON_HEADERS_COMPLETE] = (
    major,
    minor,
    headers,
    method,
    url,
    _s,
    _m,
    _upgrade,
    keepAlive,
  ) => {
    message = {
      method: methods[method],
      url: url ?? earlyUrl,
      headers: headers ?? early,
      major,
      minor,
      keepAlive,
      content: undefined,
    };
    if (early.length > 0) early = [];
    earlyUrl = "";
    return 0;
  };
  parser[ON_BODY] = (bytes) => {
    if (message.content === undefined) message.content = [bytes];
    else message.content.push(bytes);
  };
  parser[ON_MESSAGE_COMPLETE] = () => {
    const { method, url, headers } = message;
    variant.count++;
    sum = method.length + url.length + headers.length + (headers.at(-1)?.length ?? 0);
  };
  return variant;
}
