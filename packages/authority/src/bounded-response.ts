// A response whose fields and content are counted as they come, and which ends in an error where a bound is
// reached, never as if it were complete.

import { AuthorityError, deny, type Denial } from "./denials.js";
import type { AuthorityLimitName, AuthorityLimits } from "./limits.js";

/** What ends a transfer, and when it has ended. */
export interface Transfer {
  /** Starts anew the time in which the next piece has to come. */
  waitForPiece(): void;
  pieceCame(): void;
  /** Aborts whatever is under way, for that reason. */
  fail(error: unknown): void;
  /** Nothing is waited for any more. */
  end(): void;
  /** Why it was aborted. */
  readonly reason: unknown;
}

/** What is wrong with the head of a response. */
export function judgeHead(
  headers: Headers,
  limits: AuthorityLimits,
  origin: string,
): Denial | undefined {
  let count = 0;
  let size = 0;
  headers.forEach((value, name) => {
    count++;
    size += name.length + value.length;
  });
  if (count > limits.maxResponseHeaderCount)
    return exceeded("maxResponseHeaderCount", limits, count, origin);
  if (size > limits.maxResponseHeaderBytes)
    return exceeded("maxResponseHeaderBytes", limits, size, origin);
  const codings = headers.get("content-encoding")?.split(",").length ?? 0;
  if (codings > limits.maxContentCodingCount)
    return exceeded("maxContentCodingCount", limits, codings, origin);
  const declared = Number(headers.get("content-length") ?? 0);
  return declared > limits.maxResponseBytes
    ? exceeded("maxResponseBytes", limits, declared, origin)
    : undefined;
}

/** The response as its caller gets it. */
export function boundedResponse(
  response: Response,
  url: string,
  redirected: boolean,
  limits: AuthorityLimits,
  transfer: Transfer,
): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) transfer.end();
  const isEmpty = body === null || status === 204 || status === 205 || status === 304;
  const content = isEmpty ? null : boundedContent(body, headers, limits, transfer);
  const given = new Response(content, { status, statusText, headers });
  Object.defineProperty(given, "url", { value: url });
  if (redirected) Object.defineProperty(given, "redirected", { value: true });
  return given;
}

function boundedContent(
  body: ReadableStream<Uint8Array>,
  headers: Headers,
  limits: AuthorityLimits,
  transfer: Transfer,
): ReadableStream<Uint8Array> {
  const isCoded = headers.has("content-encoding");
  const name = isCoded ? "maxDecodedBytes" : "maxResponseBytes";
  const declared = Number(headers.get("content-length") ?? Number.NaN);
  // What is coded and says its length may not become more than its ratio.
  const byRatio = Math.max(limits.inflateFloorBytes, declared * limits.maxInflateRatio);
  const most = isCoded && byRatio < limits[name] ? byRatio : limits[name];
  const bound = most === limits[name] ? name : "maxInflateRatio";
  const reader = body.getReader();
  let size = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          transfer.waitForPiece();
          const { done, value } = await reader.read();
          transfer.pieceCame();
          if (done) {
            transfer.end();
            controller.close();
            return;
          }
          size += value.length;
          if (size > most) throw new AuthorityError(exceeded(bound, limits, size));
          controller.enqueue(value);
        } catch (error) {
          const reason = transfer.reason ?? error;
          transfer.fail(reason);
          reader.cancel(reason).catch(() => {});
          controller.error(reason);
        }
      },
      cancel(reason) {
        transfer.end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

export function exceeded(
  limit: AuthorityLimitName,
  limits: AuthorityLimits,
  observed?: number,
  origin?: string,
): Denial {
  return deny("fetch", "LimitExceeded", {
    limit,
    max: limits[limit],
    ...(observed === undefined ? undefined : { observed }),
    ...(origin === undefined ? undefined : { origin }),
  });
}
