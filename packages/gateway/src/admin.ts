// Health and counters for an address that only operators reach: JSON for people, Prometheus text
// for scrapers. Nothing that a client or an upstream sent appears in either.

/** All that is told, as plain data. */
export interface Report {
  readonly status: "ok" | "closing";
  readonly uptimeSeconds: number;
  readonly upstream: {
    /** By its last answer, or failure. */
    readonly status: "unknown" | "up" | "down";
    readonly lastError: string | null;
    readonly connections: number;
    readonly idle: number;
    readonly waiting: number;
    readonly opened: number;
    /** Connections that became ready, by what is spoken on them. */
    readonly protocols: Counts;
    readonly reused: number;
    readonly retried: number;
    readonly poisoned: Counts;
    readonly errors: Counts;
  };
  readonly connections: {
    readonly live: number;
    readonly accepted: number;
    readonly dropped: number;
    readonly idleClosed: number;
    /** Those that brought a request, by the version of the first. */
    readonly protocols: Counts;
  };
  readonly requests: {
    readonly total: number;
    readonly live: number;
    readonly aborted: number;
    readonly truncated: number;
    readonly protocols: Counts;
  };
  readonly responses: Counts;
  readonly refusals: Counts;
  readonly tunnels: { readonly total: number; readonly live: number };
  readonly bytes: { readonly requestContent: number; readonly responseContent: number };
}

/** Numbers by label. */
export type Counts = ReadonlyMap<string, number>;

/** Answers `/` by what Accept prefers, JSON unless it asks for text; `/metrics` always as text. */
export function adminResponse(request: Request, report: Report): Response {
  if (request.method !== "GET" && request.method !== "HEAD")
    return answer(405, "text/plain", "only GET and HEAD\n", { allow: "GET, HEAD" });
  const { pathname } = new URL(request.url);
  if (pathname === "/metrics") return metrics(report);
  if (pathname !== "/") return answer(404, "text/plain", "/ and /metrics\n");
  const accept = request.headers.get("accept") ?? "";
  if (/\b(?:text\/plain|application\/openmetrics-text)\b/.test(accept)) return metrics(report);
  const text = JSON.stringify(
    report,
    (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value),
    2,
  );
  return answer(200, "application/json", `${text}\n`);
}

/** Version 0.0.4 of the text format. */
export function prometheusText(report: Report): string {
  const { upstream, connections, requests, tunnels, bytes } = report;
  return [
    gauge("up", "The gateway takes requests", report.status === "ok" ? 1 : 0),
    gauge("uptime_seconds", "Since the gateway was made", report.uptimeSeconds),
    gauge("connections", "Connections of clients that are open", connections.live),
    counter("connections_accepted_total", "Connections of clients", connections.accepted),
    counter("connections_dropped_total", "Connections over the limit", connections.dropped),
    counter("connections_idle_closed_total", "Closed when idle", connections.idleClosed),
    labelled(
      "protocol_connections_total",
      "Connections of clients by protocol",
      "protocol",
      connections.protocols,
    ),
    labelled("protocol_requests_total", "Requests by protocol", "protocol", requests.protocols),
    counter("requests_total", "Requests that passed the decoder", requests.total),
    gauge("requests_live", "Requests whose response has not ended", requests.live),
    counter("requests_aborted_total", "Requests that their client left", requests.aborted),
    counter("responses_truncated_total", "Responses cut off by the upstream", requests.truncated),
    labelled("responses_total", "Responses by class", "class", report.responses),
    labelled("refusals_total", "Refused input by code", "code", report.refusals),
    labelled("upstream_errors_total", "Upstream failures by code", "code", upstream.errors),
    labelled("upstream_poisoned_total", "Doubtful connections by code", "code", upstream.poisoned),
    gauge("upstream_up", "The upstream answered last", upstream.status === "down" ? 0 : 1),
    gauge("upstream_connections", "Connections to the upstream", upstream.connections),
    gauge("upstream_connections_idle", "Those without a request", upstream.idle),
    gauge("upstream_waiting", "Requests that wait for a connection", upstream.waiting),
    counter("upstream_opened_total", "Connections opened to the upstream", upstream.opened),
    labelled(
      "upstream_protocol_connections_total",
      "Ready connections to the upstream by protocol",
      "protocol",
      upstream.protocols,
    ),
    counter("upstream_reused_total", "Requests on a connection used before", upstream.reused),
    counter("upstream_retried_total", "Requests that were sent once more", upstream.retried),
    counter("tunnels_total", "Connections that switched protocols", tunnels.total),
    gauge("tunnels_live", "Those that are open", tunnels.live),
    counter("request_content_bytes_total", "Content to the upstream", bytes.requestContent),
    counter("response_content_bytes_total", "Content from the upstream", bytes.responseContent),
  ].join("");
}

function metrics(report: Report): Response {
  return answer(200, "text/plain; version=0.0.4; charset=utf-8", prometheusText(report));
}

function answer(
  status: number,
  type: string,
  content: string,
  more: { readonly [name: string]: string } = {},
): Response {
  return new Response(content, {
    status,
    headers: {
      "content-type": type,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...more,
    },
  });
}

function gauge(name: string, help: string, value: number): string {
  return `${head(name, help, "gauge")}wirewall_${name} ${value}\n`;
}

function counter(name: string, help: string, value: number): string {
  return `${head(name, help, "counter")}wirewall_${name} ${value}\n`;
}

/** Labels are codes and classes of our own, which need no escape. */
function labelled(name: string, help: string, label: string, counts: Counts): string {
  let text = head(name, help, "counter");
  for (const [value, count] of counts) text += `wirewall_${name}{${label}="${value}"} ${count}\n`;
  return text;
}

function head(name: string, help: string, type: string): string {
  return `# HELP wirewall_${name} ${help}\n# TYPE wirewall_${name} ${type}\n`;
}
