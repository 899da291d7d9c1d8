// RequestDecoder as a server holds it: one per connection, default limits, the time with every read.

import { RequestDecoder } from "@wirewall/http1";

export function create() {
  const decoder = new RequestDecoder();
  let now = 0;
  let head;
  let content;
  const variant = {
    count: 0,
    feed(chunk) {
      let sum = 0;
      decoder.receive(chunk, ++now);
      for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
        switch (event.type) {
          case "request-head":
            head = event;
            content = undefined;
            break;
          case "content":
            if (content === undefined) content = [event.bytes];
            else content.push(event.bytes);
            break;
          case "end": {
            const { method, target, fields } = head;
            const { size } = fields;
            variant.count++;
            sum = method.length + target.length + size * 2 + fields.valueAt(size - 1).length;
            break;
          }
          default:
            throw new Error(`wirewall: ${event.type} ${event.code ?? ""}`);
        }
      }
      return sum;
    },
    read() {
      const pairs = [...head.fields].map(([name, value]) => [name, value]);
      return [head.method, head.target, pairs, Buffer.concat(content ?? []).toString("latin1")];
    },
  };
  return variant;
}
