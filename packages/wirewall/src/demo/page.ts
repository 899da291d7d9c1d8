// The demo's front page: what the guard just did with the request that asked for it. Everything
// that came from outside is escaped twice over: to printable ASCII, then for HTML.

import type { Fields } from "@wirewall/fields";
import { limits as http1Limits, violations } from "@wirewall/http1";
import type { ExchangeHead } from "@wirewall/server";
import { grouped } from "../terminal/number.js";
import { printableBytes } from "../terminal/printable.js";
import type { GuardView } from "./demo-upstream.js";
import { STYLE } from "./page-style.js";

type Line = readonly [name: string, value: string];

/** The whole page. `forwarded` is the request as it arrived behind the guard. */
export function page(forwarded: ExchangeHead, view: GuardView): string {
  const address = view.address();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Wirewall guard</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="bricks" aria-hidden="true"></p>
<h1>Wirewall</h1>
<p>This page came through the guard at <code>${escape(address)}</code>. It read your request
once, checked every byte of it, and wrote it anew for the demo application that answers here.</p>
</header>
<main>
${parsedSection(forwarded)}
${fieldsSection(forwarded.fields, view.removed(forwarded.fields))}
${refusalsSection(view)}
${trySection(address)}
${limitsSection(view)}
</main>
<footer>Put it before an application of yours:
<code>wirewall guard --upstream http://127.0.0.1:3000</code></footer>
</body>
</html>
`;
}

/** Text of any origin as HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function parsedSection(head: ExchangeHead): string {
  const rows: Line[] = [
    ["request line", `${head.method} ${head.target} HTTP/${head.version}`],
    ["authority", head.authority ?? "none"],
    ["content", contentText(head)],
  ];
  return section(
    "Your request, as the guard wrote it anew",
    table(rows.map(([name, value]) => [name, code(value)])),
  );
}

function contentText(head: ExchangeHead): string {
  if (head.framing === "none") return "none";
  return head.contentLength === undefined
    ? "of unknown length"
    : `${grouped(head.contentLength)} bytes`;
}

/** The guard writes Host first, and what it says itself at the end, from its entry in Via on. */
function fieldsSection(fields: Fields, removed: readonly Line[]): string {
  const lines = [...fields];
  const own = lines.findLastIndex(([name]) => name === "via");
  const rows = lines.map(([name, value], index) => {
    const mark = index === 0 || (own !== -1 && index >= own) ? "set" : "kept";
    return [`<span class="${mark}">${mark}</span> ${code(name)}`, code(value)];
  });
  for (const [name, value] of removed)
    rows.push([`<span class="removed">removed</span> ${code(name)}`, code(value)]);
  const note = `<p>What speaks only of your connection ended at the guard. Who you are and which host
you asked is set by it, whatever you sent.</p>`;
  return section("The fields of your request", note + table(rows));
}

function refusalsSection(view: GuardView): string {
  const rows = [...view.refusals()]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => [code(name), `<b>${grouped(count)}</b> ${escape(summary(name))}`]);
  const none = "<p>None yet. The commands below change that.</p>";
  return section("Refused so far", rows.length === 0 ? none : table(rows));
}

function trySection(address: string): string {
  const links = ["/echo", "/bytes/1000", "/delay/1500", "/status/418", "/stream"]
    .map((path) => `<a href="${path}">${path}</a>`)
    .join(" ");
  const commands = address.startsWith("http") ? attempts(address) : [];
  return section(
    "Try it",
    `<p class="links">${links}</p>` +
      commands
        .map(([title, command]) => `<p>${escape(title)}</p><pre>${escape(command)}</pre>`)
        .join("\n"),
  );
}

function attempts(address: string): Line[] {
  return [
    ["Content there and back:", `curl -d hello ${address}/echo`],
    [
      "Two readings of one length, the root of request smuggling:",
      `curl -i -d hello -H 'Content-Length: 5' -H 'Transfer-Encoding: chunked' ${address}/echo`,
    ],
    ["A host that some would cut at the space:", `curl -i -H 'Host: a b/c?d' ${address}/`],
    [
      "An expectation that only ends like a known one:",
      `curl -i -d hello -H 'Expect: y 100-continue' ${address}/echo`,
    ],
  ];
}

function limitsSection(view: GuardView): string {
  const rows = http1Limits.table.map((entry) => [
    code(entry.name),
    `<b>${grouped(view.limits[entry.name])}</b> ${escape(entry.reason)}`,
  ]);
  const title = `Limits in force (preset ${view.preset})`;
  return `<section><details><summary><h2>${escape(title)}</h2></summary>${table(rows)}</details></section>`;
}

function summary(name: string): string {
  for (const [known, entry] of violations.table) if (known === name) return entry.summary;
  return "";
}

function section(title: string, content: string): string {
  return `<section><h2>${escape(title)}</h2>${content}</section>`;
}

/** Cells are HTML. */
function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map(([head, cell]) => `<tr><th scope="row">${head}</th><td>${cell}</td></tr>`);
  return `<table>${lines.join("\n")}</table>`;
}

function code(text: string): string {
  return `<code>${escape(printableBytes(text))}</code>`;
}
