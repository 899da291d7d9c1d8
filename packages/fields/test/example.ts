import { Fields, fieldName, fieldValue, parseAuthority, parseCookies } from "@wirewall/fields";

export function example(lines: readonly (readonly [string, string])[]): unknown[] {
  const fields = new Fields(lines);
  fields.set(fieldName("X-Request-Id"), fieldValue("7"));

  const authority = parseAuthority(fields.get("host") ?? "");
  if (authority === undefined) return ["no host"];

  const cookies = parseCookies(fields.getAll("cookie"));
  if (!Array.isArray(cookies)) return [cookies.code, cookies.reply.status];

  return [authority.host, authority.port, cookies, [...fields].length];
}
