// What has to work wherever JavaScript runs: one request read, one limit hit, one response written
// and read back. Throws at the first difference.

export function runSteps({ http1, fields }) {
  const bytes = new TextEncoder().encode(
    "POST /a?b=1 HTTP/1.1\r\nHost: wall.example\r\nContent-Length: 5\r\n\r\nhello",
  );
  const decoder = new http1.RequestDecoder();
  decoder.receive(bytes);
  const head = decoder.next();
  equal(head.type, "request-head");
  equal(head.method, "POST");
  equal(head.target, "/a?b=1");
  equal(head.authority, "wall.example");
  const content = decoder.next();
  equal(content.type, "content");
  equal(new TextDecoder().decode(content.bytes), "hello");
  equal(decoder.next().type, "end");
  equal(decoder.next(), undefined);

  const narrow = new http1.RequestDecoder({ limits: { maxHeaderCount: 1 } });
  narrow.receive(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n"));
  const violation = narrow.next();
  equal(violation.type, "violation");
  equal(violation.code, "http1.field.count");
  equal(violation.limit.name, "maxHeaderCount");
  equal(violation.limit.observed, 2);
  equal(violation.reply.status, 431);

  const written = http1.encodeResponseHead({
    status: 200,
    fields: new fields.Fields([["content-type", "text/plain"]]),
    content: 0,
  });
  const reader = new http1.ResponseDecoder();
  reader.expect("GET");
  reader.receive(written);
  const response = reader.next();
  equal(response.type, "response-head");
  equal(response.status, 200);
  equal(response.fields.get("content-type"), "text/plain");
  equal(reader.next().type, "end");
  return "parsed, limited, encoded";
}

function equal(seen, expected) {
  if (seen !== expected)
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(seen)}`);
}
