// Counts responses that all have to be the one that is expected, by their Content-Length.

export class ResponseReader {
  #expected;
  #rest = Buffer.alloc(0);
  /** The last head that was judged, as bytes, and its whole length: most of them are alike. */
  #known = Buffer.alloc(0);
  #content;
  fault;

  constructor({ status, content }) {
    this.#expected = `HTTP/1.1 ${status} `;
    this.#content = Buffer.from(content);
  }

  /** Takes bytes and says how many responses they complete. */
  take(chunk) {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    let count = 0;
    for (;;) {
      const headEnd = this.#headEnd(bytes, at);
      if (headEnd === -1 || this.fault !== undefined) break;
      const end = headEnd + this.#content.length;
      if (end > bytes.length) break;
      if (bytes.compare(this.#content, 0, this.#content.length, headEnd, end) !== 0) {
        this.fault = "a response has another content";
        break;
      }
      at = end;
      count++;
    }
    this.#rest = bytes.subarray(at);
    return count;
  }

  /** Where the head ends that starts there, or -1. */
  #headEnd(bytes, at) {
    const known = this.#known;
    const end = at + known.length;
    if (known.length > 0 && end <= bytes.length && known.compare(bytes, at, end) === 0) return end;
    const blank = bytes.indexOf("\r\n\r\n", at, "latin1");
    if (blank === -1) return -1;
    const head = bytes.latin1Slice(at, blank + 2);
    if (!head.startsWith(this.#expected)) this.fault = `a response starts with ${start(head)}`;
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
    if (Number(length) !== this.#content.length)
      this.fault ??= `a response has the content length ${length ?? "of none"}`;
    this.#known = Buffer.from(bytes.subarray(at, blank + 4));
    return blank + 4;
  }
}

function start(head) {
  return JSON.stringify(head.slice(0, 40));
}
