// What we refuse and llhttp reads, by code, with the reason: the README has the same list.

const shared = {
  "http1.version.unsupported": "llhttp takes 0.9 and 2.0 as well; their framing is another one",
  "http1.line.ending": "llhttp skips stray CR and LF before a message (RFC 9112 §2.2)",
  "http1.field.value": "a Connection value that is no list of tokens hides what it lists",
  "http1.framing.coding": "one coding, chunked: whoever forwards cannot undo others",
  "http1.framing.version": "a reader of HTTP/1.0 does not know chunked (RFC 9112 §6.1)",
  "http1.chunk.extension": "an extension is parsed to its end, not skipped (RFC 9112 §7.1.1)",
};

export const stricterRequests: Readonly<Record<string, string>> = {
  ...shared,
  "http1.request-line.syntax": "llhttp reads RTSP and ICE, too",
  "http1.target.form": "one of the four forms, without userinfo or # (RFC 9112 §3.2)",
  "http1.host.missing": "node:http looks for it, llhttp does not (RFC 9112 §3.2)",
  "http1.host.duplicate": "two hosts are two readings (RFC 9112 §3.2)",
  "http1.host.syntax": "an authority and nothing else (RFC 9110 §7.2)",
  "http1.host.conflict": "the target names another authority (RFC 9112 §3.2.2, stricter)",
  "http1.expect.unknown": "417 for any other expectation (RFC 9110 §10.1.1)",
  "http1.framing.forbidden": "content after CONNECT is another protocol's (RFC 9110 §9.3.6)",
  "http1.trailer.forbidden": "a trailer that frames, routes or authenticates (RFC 9110 §6.5.1)",
};

export const stricterResponses: Readonly<Record<string, string>> = {
  ...shared,
  "http1.status-line.syntax": "a status line with both spaces and a status from 100 to 599",
  "http1.framing.forbidden": "length or coding in 1xx and 204 (RFC 9110 §8.6)",
  "http1.trailer.forbidden": "a trailer that frames, routes or authenticates (RFC 9110 §6.5.1)",
  "http1.response.informational": "a 101 that was not asked for (RFC 9110 §15.2)",
  "http1.response.unsolicited": "after `close` nothing is an answer (RFC 9112 §9.6)",
};
