import { RequestDecoder } from "@wirewall/http1";

const decoder = new RequestDecoder();
decoder.receive(new TextEncoder().encode("GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n"));

for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
  if (event.type === "request-head") console.log(event.method, event.target, event.authority);
  if (event.type === "content") console.log(event.bytes.length, "bytes");
  if (event.type === "violation") console.log("refused:", event.code, "at byte", event.offset);
}
