// How each base and codec package is exercised in the empty realm. A package without a recipe is a
// finding: what did not run was not checked.
//
// `decoders`: by the `type` of a vector, the class that reads it and its corpus folder.
// `prepare` and `probe` are code inside the realm: the first gets the decoder before any byte and
// the vector, the second gets the package's exports and a text, and its result is compared.

export const recipes = {
  limits: {
    probe: `
      const table = subject.defineLimits("probe", [
        { name: "maxProbeBytes", default: 10, strict: 5, min: 1, max: 100, reason: "a probe" },
      ]);
      const ledger = new subject.Ledger({ maxRetainedBytes: 4096, parent: new subject.Ledger({ maxRetainedBytes: 8192 }) });
      const refused = ledger.charge(text.length, 1);
      const budget = new subject.Budget({ burstCount: 3, refillPerSecond: 1 });
      let error;
      try { table.resolve({ [text]: 1 }); } catch (thrown) { error = thrown.name; }
      return [table.resolve({}, "strict").maxProbeBytes, refused, ledger.retained, budget.take(0, 2), budget.take(1, 2), error];
    `,
  },
  fields: {
    probe: `
      return [
        subject.isToken(text), subject.isFieldValue(text), subject.isAuthority(text),
        subject.parseAuthority(text), subject.parseCookies(text), subject.parseSetCookie(text),
        subject.parseQuery(text), subject.parseTokenList([text]), subject.trimBlanks(text),
      ];
    `,
  },
  bytes: {
    probe: `
      const input = new subject.Input();
      input.append(Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff));
      input.keep();
      const output = new subject.Output();
      output.addText("text");
      output.add(input.bytes.subarray(input.at, input.end));
      const piece = output.take();
      return [
        input.unread, piece && piece.length, output.queued,
        subject.isShortAscii(text), subject.byteString(input.bytes, input.at, input.end, false),
      ];
    `,
  },
  http2: {
    probe: `
      const client = new subject.ClientConnection({ now: 0 });
      const server = new subject.ServerConnection({ now: 0 });
      const said = [];
      const carry = (from, to) => {
        for (let piece = from.takeOutput(1); piece !== undefined; piece = from.takeOutput(1))
          to.receive(piece.slice(), 1);
        from.outputSent(1);
        for (let event = to.next(1); event !== undefined; event = to.next(1)) {
          said.push(event.type, event.code, event.stream);
          if (event.type === "request-head") to.sendResponse(event.stream, { status: 200 }, "hello");
        }
      };
      let refused;
      try {
        client.sendRequest({ method: "GET", scheme: "https", authority: "a", path: "/" + text, content: "none" });
      } catch (error) { refused = error.name; }
      carry(client, server);
      carry(server, client);
      const other = new subject.ServerConnection({ now: 0 });
      other.receive(Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff), 1);
      for (let event = other.next(1); event !== undefined; event = other.next(1)) said.push(event.type, event.code);
      return [said, refused, server.retained, server.deadline, other.state];
    `,
  },
  hpack: {
    decoders: {
      block: { className: "Decoder", corpus: "hpack-decode" },
    },
    probe: `
      const encoder = new subject.BlockEncoder();
      const fields = [];
      let refused;
      try {
        encoder.begin();
        for (const name of ["x", "cookie", text]) encoder.field(name, text);
        const block = encoder.finish();
        const sink = { field: (...field) => fields.push(field) };
        new subject.BlockDecoder().decode(block, 0, block.length, 0, sink);
      } catch (error) { refused = error.name; }
      return [fields, refused, encoder.tableBytes];
    `,
  },
  http1: {
    vectors: "test/vectors/cases.json",
    decoders: {
      request: { className: "RequestDecoder", corpus: "http1-request" },
      response: {
        className: "ResponseDecoder",
        corpus: "http1-response",
        prepare: `for (let at = 0; at < 4; at++) decoder.expect(vector.method ?? "GET");`,
      },
    },
  },
};
