// RFC 9113 §3.4: what a client sends first, whatever comes after it.

export const PREFACE: Uint8Array = /* @__PURE__ */ Uint8Array.from(
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  (character) => character.charCodeAt(0),
);
