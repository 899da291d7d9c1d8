// The one application behind the guard. What the guard would have to guess about is refused here:
// a path to prepend, a query to merge, credentials to send along.

/** The URL of an upstream, or what is wrong with the text. */
export function parseUpstream(text: string): URL | string {
  const example = "such as http://127.0.0.1:3000";
  if (!URL.canParse(text)) return `expected a URL ${example}`;
  const url = new URL(text);
  if (!["http:", "https:", "h2c:"].includes(url.protocol))
    return `expected a URL that starts with http://, https:// or h2c://, ${example}`;
  if (!/^(?:https?|h2c):\/\/[^/\\]/i.test(text)) return `expected a URL ${example}`;
  if (url.username !== "" || url.password !== "" || text.includes("@"))
    return "expected a URL without a user name or password";
  if (text.includes("?") || text.includes("#"))
    return "expected a URL without a query or a fragment";
  if (url.pathname !== "/" && url.pathname !== "")
    return "expected a URL without a path: the guard forwards every target unchanged";
  if (url.port === "0") return "expected a port from 1 to 65535";
  return url;
}
