import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { catalogue } from "../src/commands/catalogue.js";
import { addressText, parseAddress } from "../src/options/address.js";
import { readLimitsFile } from "../src/options/limits-file.js";
import { nearest } from "../src/options/nearest.js";
import { parseUpstream } from "../src/options/upstream.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-options-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("addresses", () => {
  it.each([
    ["8081", { kind: "tcp", host: "127.0.0.1", port: 8081 }],
    [":8081", { kind: "tcp", host: "127.0.0.1", port: 8081 }],
    ["0.0.0.0:80", { kind: "tcp", host: "0.0.0.0", port: 80 }],
    ["localhost:0", { kind: "tcp", host: "localhost", port: 0 }],
    ["[::1]:65535", { kind: "tcp", host: "::1", port: 65_535 }],
    ["unix:/run/w.sock", { kind: "unix", path: "/run/w.sock" }],
  ])("reads %s", (text, expected) => {
    expect(parseAddress(text)).toEqual(expected);
  });

  it.each([
    "",
    "x",
    "host",
    "host:",
    "65536",
    "123456",
    "::1:80",
    "[::1]",
    "a b:80",
    "http://127.0.0.1:80",
    "127.0.0.1:80\n",
    "unix:",
    "unix:\0x",
    `unix:/${"x".repeat(200)}`,
    "-1",
    "1e3",
    "-a:80",
  ])("refuses %j and says what was expected", (text) => {
    expect(parseAddress(text)).toMatch(/^expected /);
  });

  it("writes what it reads", () => {
    for (const text of ["127.0.0.1:80", "[::1]:80", "unix:/a/b"]) {
      const address = parseAddress(text);
      expect(typeof address === "string" ? address : addressText(address)).toBe(text);
    }
  });
});

describe("upstreams", () => {
  it.each([
    "http://127.0.0.1:3000",
    "http://127.0.0.1:3000/",
    "https://app.internal",
    "h2c://127.0.0.1:50051",
    "HTTP://[::1]:1",
  ])("reads %s", (text) => {
    expect(parseUpstream(text)).toBeInstanceOf(URL);
  });

  it.each([
    ["", /expected a URL/],
    ["localhost:3000", /http:\/\/, https:\/\/ or h2c:\/\//],
    ["127.0.0.1:3000", /expected a URL/],
    ["ftp://a", /http:\/\/, https:\/\/ or h2c:\/\//],
    ["file:///etc/passwd", /http:\/\/, https:\/\/ or h2c:\/\//],
    ["http:a", /expected a URL/],
    ["h2c:a", /expected a URL/],
    ["h2c://a/b", /without a path/],
    ["h2c://u@a", /without a user name/],
    ["http:///a", /expected a URL/],
    ["http:\\\\a", /expected a URL/],
    ["http://user@a", /without a user name/],
    ["http://:secret@a", /without a user name/],
    ["http://@a", /without a user name/],
    ["http://a/b", /without a path/],
    ["http://a/?", /without a query/],
    ["http://a/?b", /without a query/],
    ["http://a/#", /without a query/],
    ["http://a:0", /port/],
    ["http://a:99999", /expected a URL/],
  ])("refuses %j", (text, expected) => {
    expect(parseUpstream(text)).toMatch(expected);
  });
});

describe("files of limits", () => {
  const read = (text: string) => {
    const path = join(folder, "limits.json");
    writeFileSync(path, text);
    return readLimitsFile(path, catalogue, "default");
  };

  it("gives the values by owner", async () => {
    const overrides = await read('\ufeff{ "http1": { "maxBodyBytes": 1024 }, "fields": {} }');
    expect(overrides.get("http1")).toEqual({ maxBodyBytes: 1024 });
    expect(overrides.get("fields")).toEqual({});
  });

  it.each([
    ["", /limits\.json: is not JSON/],
    ["{", /is not JSON/],
    ["null", /expected an object/],
    ["[]", /expected an object/],
    ["7", /expected an object/],
    ['{"http1": null}', /http1: expected an object/],
    ['{"http1": [1]}', /http1: expected an object/],
    ['{"htp1": {}}', /no package "htp1" has limits \(did you mean http1\?\)/],
    ['{"__proto__": {}}', /no package "__proto__"/],
    ['{"constructor": {}}', /no package "constructor"/],
    ['{"http1": {"maxBodyByte": 1}}', /no limit "maxBodyByte" \(did you mean maxBodyBytes\?\)/],
    ['{"http1": {"__proto__": 1}}', /no limit "__proto__"/],
    ['{"http1": {"toString": 1}}', /no limit "toString"/],
    ['{"http1": {"maxBodyBytes": 0}}', /http1\.maxBodyBytes: expected a whole number from 1 to/],
    ['{"http1": {"maxBodyBytes": 1.5}}', /http1\.maxBodyBytes: expected a whole number/],
    ['{"http1": {"maxBodyBytes": 1e400}}', /http1\.maxBodyBytes: expected a whole number/],
    ['{"http1": {"maxBodyBytes": "1"}}', /a value of type string/],
    ['{"http1": {"maxBodyBytes": null}}', /http1\.maxBodyBytes: expected a whole number/],
    [" ".repeat(1_048_577), /at most 1048576 bytes/],
  ])("refuses %j", async (text, expected) => {
    await expect(read(text)).rejects.toThrow(expected);
  });

  it("says why a file cannot be read", async () => {
    const missing = join(folder, "missing.json");
    await expect(readLimitsFile(missing, catalogue, "default")).rejects.toThrow(
      `--limits ${missing}: cannot be read: no such file`,
    );
    await expect(readLimitsFile(folder, catalogue, "default")).rejects.toThrow(/a directory/);
  });

  it("is not endless where the file is", async () => {
    await expect(readLimitsFile("/dev/zero", catalogue, "default")).rejects.toThrow(/at most/);
  });
});

describe("the nearest name", () => {
  it("is offered for a typo and not for another word", () => {
    expect(nearest("maxbodybyte", ["maxBodyBytes", "maxHeaderBytes"])).toBe("maxBodyBytes");
    expect(nearest("banana", ["maxBodyBytes", "maxHeaderBytes"])).toBeUndefined();
    expect(nearest("x".repeat(1_000), ["maxBodyBytes"])).toBeUndefined();
  });
});
