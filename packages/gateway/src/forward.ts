// One exchange on its way through: the request is judged and written anew, the response comes back
// as it is received, and whatever ends one side ends the other. All of it is callbacks on this one
// object; a promise is made only where somebody has to wait.

import type {
  Call,
  CallHandler,
  CallRequest,
  ClientError,
  Informational,
  ResponseHead,
  Tunnel,
} from "@wirewall/client";
import { Fields } from "@wirewall/fields";
import type { OutgoingContent } from "@wirewall/http1";
import type { Exchange, ExchangeHead, ExchangeObserver } from "@wirewall/server";
import type { Counters } from "./counters.js";
import { codeOfFailure, statusOf, statusOfFailure, type GatewayCode } from "./refusals.js";
import { maxForwardsOf, requestFields } from "./request-fields.js";
import { contentOf, responseFields, trailerFields } from "./response-fields.js";
import { originTarget } from "./target.js";
import { isHttp2 } from "./version.js";

/** What all exchanges of a gateway share. */
export interface ForwardHost {
  readonly authority: string;
  readonly maxHopCount: number;
  readonly halfClosedTimeoutMs: number;
  /** Protocols that a client may switch to, in lower case. */
  readonly upgrades: ReadonlySet<string>;
  readonly counters: Counters;
  /** What was received, and what of it goes on; for those who want to watch. */
  forwards(head: ExchangeHead, fields: Fields): void;
  dispatch(request: CallRequest, handler: CallHandler): Call;
  join(exchange: Exchange, head: ResponseHead, tunnel: Tunnel): void;
  /** The upstream answered, or did not. */
  upstreamAnswered(code: string | undefined): void;
}

const PLAIN: Fields = /* @__PURE__ */ new Fields([["content-type", "text/plain"]]);
const PLAIN_CLOSE: Fields = /* @__PURE__ */ new Fields([
  ["content-type", "text/plain"],
  ["connection", "close"],
]);
const ALLOW: Fields = /* @__PURE__ */ new Fields([["allow", "OPTIONS"]]);

export class Forward implements CallHandler, ExchangeObserver {
  readonly #host: ForwardHost;
  readonly #exchange: Exchange;
  #call: Call | undefined;
  #upgrade: string | undefined;
  #switching: ResponseHead | undefined;
  #headSent = false;
  #over = false;
  /** Trailers of the response may go on. */
  #takesTrailers = false;
  #pulling = false;
  #room: (() => void) | undefined;
  /** Content moved since the half-closed client was last looked at. */
  #moved = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: ForwardHost, exchange: Exchange) {
    this.#host = host;
    this.#exchange = exchange;
  }

  start(): void {
    const host = this.#host;
    const exchange = this.#exchange;
    const { head } = exchange;
    host.counters.began(exchange);
    if (head.method === "CONNECT") return this.#refuse("gateway.method.connect");
    if (head.method === "TRACE") return this.#refuse("gateway.method.trace");
    const left = maxForwardsOf(head);
    if (typeof left === "string") return this.#refuse(left);
    if (left === 0) return this.#answer(200, ALLOW, undefined);
    this.#upgrade = head.upgrade.find((protocol) => host.upgrades.has(protocol));
    const fields = requestFields(head, exchange.info, {
      authority: host.authority,
      maxHopCount: host.maxHopCount,
      upgrade: this.#upgrade,
      maxForwards: left === undefined ? undefined : left - 1,
    });
    if (typeof fields === "string") return this.#refuse(fields);
    const { method, framing, contentLength, sensitive } = head;
    let content: OutgoingContent = "none";
    if (this.#upgrade === undefined && framing !== "none") content = contentLength ?? "stream";
    host.forwards(head, fields);
    exchange.observe(this);
    const target = originTarget(head);
    const call = host.dispatch({ method, target, fields, content, sensitive }, this);
    if (!this.#over) this.#call = call;
  }

  onWritable(call: Call): void {
    const room = this.#room;
    this.#room = undefined;
    room?.();
    if (this.#pulling) return;
    this.#pulling = true;
    // A client that is gone or broke the protocol is told to `aborted`.
    this.#pull(call).catch(() => {});
  }

  onInformational(informational: Informational): void {
    if (this.#over || informational.status === 100) return;
    const fields = responseFields(informational.fields);
    if (fields !== undefined) this.#exchange.sendInformational(informational.status, fields);
  }

  onHead(head: ResponseHead): void {
    const { status, reason, framing, sensitive } = head;
    this.#host.upstreamAnswered(undefined);
    if (status === 101) {
      this.#switching = head;
      return;
    }
    const exchange = this.#exchange;
    const toHttp2 = isHttp2(exchange.head);
    const kept = status === 426 && !toHttp2 ? "upgrade" : undefined;
    const fields = responseFields(head.fields, kept);
    if (fields === undefined) return this.#unforwardable();
    const content = contentOf(head);
    try {
      exchange.sendHead({
        status,
        ...(reason === "" ? undefined : { reason }),
        fields,
        content,
        ...(sensitive === undefined ? undefined : { sensitive }),
      });
    } catch {
      return this.#unforwardable();
    }
    this.#headSent = true;
    const chunked = content === "stream" && exchange.head.version === "1.1";
    this.#takesTrailers = framing !== "none" && (chunked || toHttp2);
    this.#host.counters.responded(status);
  }

  onContent(bytes: Uint8Array, call: Call): boolean {
    this.#moved = true;
    this.#host.counters.responseContentBytes += bytes.length;
    const room = this.#exchange.write(bytes);
    if (room === undefined) return true;
    room.then(
      () => {
        this.#moved = true;
        call.resume();
      },
      () => {},
    );
    return false;
  }

  onEnd(trailers: Fields | undefined): void {
    if (!this.#finish()) return;
    this.#exchange.end(this.#takesTrailers ? trailerFields(trailers) : undefined);
  }

  onTunnel(tunnel: Tunnel): void {
    const head = this.#switching;
    const chosen = head?.fields.getAll("upgrade") ?? [];
    if (head === undefined || chosen.length !== 1 || chosen[0]?.toLowerCase() !== this.#upgrade) {
      tunnel.socket.destroy();
      this.#fail("client.response.violation", 502);
      return;
    }
    if (this.#finish()) this.#host.join(this.#exchange, head, tunnel);
    else tunnel.socket.destroy();
  }

  onError(error: ClientError): void {
    if (error.code === "client.request.invalid") this.#refuse("gateway.request");
    else this.#fail(codeOfFailure(error), statusOfFailure(error));
  }

  /** The client has gone, broke the protocol, or was cut off. */
  aborted(): void {
    if (!this.#finish()) return;
    this.#host.counters.aborted++;
    this.#call?.cancel();
  }

  /** The client sends no more: it has left, or waits for what is still to come. */
  clientEnded(): void {
    if (this.#over || this.#timer !== undefined) return;
    this.#moved = false;
    this.#timer = setInterval(() => this.#look(), this.#host.halfClosedTimeoutMs);
  }

  #look(): void {
    if (this.#moved) {
      this.#moved = false;
      return;
    }
    this.aborted();
    this.#exchange.cutOff();
  }

  async #pull(call: Call): Promise<void> {
    const exchange = this.#exchange;
    for await (const piece of exchange.content()) {
      this.#moved = true;
      if (this.#over) return;
      this.#host.counters.requestContentBytes += piece.length;
      if (!call.write(piece))
        await new Promise<void>((resolve) => {
          this.#room = resolve;
        });
      if (this.#over) return;
    }
    call.end(trailerFields(exchange.trailers));
  }

  #unforwardable(): void {
    this.#call?.cancel();
    this.#fail("gateway.response", 502);
  }

  /** The upstream failed: the client is told by a response, or by one that is visibly cut off. */
  #fail(code: string, status: number): void {
    const { counters } = this.#host;
    if (!this.#finish()) return;
    counters.upstreamFailed(code);
    this.#host.upstreamAnswered(code);
    if (this.#headSent) {
      counters.truncated++;
      this.#exchange.cutOff();
    } else this.#respond(status, PLAIN, `upstream: ${code}\n`);
  }

  #refuse(code: GatewayCode): void {
    this.#host.counters.refused(code);
    // What follows a CONNECT may be meant for the tunnel: none of it may be read as a request.
    // On HTTP/2 it ends with its stream.
    const closes = code === "gateway.method.connect" && !isHttp2(this.#exchange.head);
    const fields = closes ? PLAIN_CLOSE : PLAIN;
    this.#answer(statusOf(code), fields, `${code}\n`);
  }

  #answer(status: number, fields: Fields, content: string | undefined): void {
    if (this.#finish()) this.#respond(status, fields, content);
  }

  #respond(status: number, fields: Fields, content: string | undefined): void {
    this.#host.counters.responded(status);
    this.#exchange.respond({ status, fields }, content ?? "");
  }

  /** False if it was over already. */
  #finish(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#host.counters.liveRequests--;
    clearInterval(this.#timer);
    const room = this.#room;
    this.#room = undefined;
    room?.();
    return true;
  }
}
