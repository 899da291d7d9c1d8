import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { main } from "../src/commands/program.js";
import { run, TerminalDouble } from "./terminal-double.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-line-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("mistakes: one clear line, exit code 2", () => {
  const missing = join(folder, "missing");
  it.each<[argv: string[], expected: RegExp]>([
    [["gaurd"], /unknown command 'gaurd' \(Did you mean guard\?\)/],
    [["guard", "--lisen", "x"], /unknown option '--lisen' \(Did you mean --listen\?\)/],
    [["limits", "--jsno"], /unknown option '--jsno' \(Did you mean --json\?\)/],
    [["guard", "extra"], /too many arguments for 'guard'/],
    [["guard", "--listen"], /'--listen <addr>' argument missing/],
    [
      ["guard", "--listen", "nowhere"],
      /'--listen <addr>' argument 'nowhere' is invalid. Expected host:port/,
    ],
    [
      ["guard", "--admin", "1:2:3"],
      /'--admin <addr>' argument '1:2:3' is invalid. Expected host:port/,
    ],
    [
      ["guard", "--upstream", "3000"],
      /'--upstream <url>' argument '3000' is invalid. Expected a URL such as/,
    ],
    [["guard", "--upstream", "ftp://a"], /'--upstream <url>'.*http:\/\/, https:\/\/ or h2c:\/\//],
    [["guard", "--preset", "lax"], /'--preset <name>'.*default, strict/],
    [["guard", "--limits", missing], /--limits .*missing: cannot be read: no such file/],
    [["inspect"], /missing required argument 'file'/],
    [
      ["inspect", "-"],
      /--protocol is missing: expected http1-request, http1-response, http2 or hpack/,
    ],
    [["inspect", "-", "--protocol", "h2"], /'--protocol <name>'.*http1-request, http1-response/],
    [["inspect", missing, "--protocol", "http1-request"], /missing: cannot be read: no such file/],
    [["inspect", folder, "--protocol", "http1-request"], /cannot be read: it is a directory/],
    [
      ["inspect", "-", "--protocol", "http1-response", "--request-method", "A B"],
      /'--request-method <methods>'.*Expected a method/,
    ],
    [["inspect", "-", "--protocol", "http1-request", "--limits", folder], /it is a directory/],
    [["guard", "--up\nstream"], /unknown option '--up\\u\{0a\}stream'/],
    [["guard", "--listen", "a\u001b[31m"], /argument 'a\\u\{1b\}\[31m' is invalid/],
  ])("%j", async (argv, expected) => {
    const { code, stdout, stderr } = await run(argv);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("shows the help where no command is given", async () => {
    const { code, stdout, stderr } = await run([]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: wirewall/);
  });
});

describe("help", () => {
  it.each([[["--help"]], [["guard", "--help"]], [["inspect", "-h"]], [["help", "limits"]]])(
    "%j shows examples and exit codes",
    async (argv) => {
      const { code, stdout, stderr } = await run(argv);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^Usage: wirewall/);
      expect(stdout).toMatch(/\nExamples:\n {2}\S/);
      expect(stdout).toMatch(/\nExit codes:\n {2}0 [\s\S]*\n {2}1 [\s\S]*\n {2}2 /);
    },
  );

  it("prints the version", async () => {
    expect(await run(["--version"])).toEqual({ code: 0, stdout: expect.any(String), stderr: "" });
  });
});

describe("output", () => {
  it("colours errors only on a terminal, and never with NO_COLOR", async () => {
    expect((await run(["x"])).stderr).toMatch(/^error: /);
    expect((await run(["x"], { tty: true })).stderr).toMatch(/^\u001b\[31merror:\u001b\[39m /);
    expect((await run(["x"], { tty: true, env: { NO_COLOR: "1" } })).stderr).toMatch(/^error: /);
  });

  it("ends without a word when its reader is gone", async () => {
    const terminal = new TerminalDouble({ stdin: "GET / HTTP/1.1\r\nHost: a\r\n\r\n" });
    const gone = broken("EPIPE");
    const argv = ["inspect", "-", "--protocol", "http1-request"];
    expect(await main(argv, { ...handles(terminal), stdout: gone })).toBe(141);
    expect(terminal.errText).toBe("");
  });

  it("says so when the output cannot be written", async () => {
    const terminal = new TerminalDouble();
    const full = broken("ENOSPC");
    expect(await main(["limits"], { ...handles(terminal), stdout: full })).toBe(2);
    expect(terminal.errText).toBe("error: stdout cannot be written: ENOSPC\n");
  });

  it("waits for a slow reader instead of keeping the output", async () => {
    const terminal = new TerminalDouble({
      stdin: "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20_000),
    });
    let most = 0;
    const slow: Writable = new Writable({
      highWaterMark: 1_024,
      write(_chunk, _encoding, done) {
        most = Math.max(most, slow.writableLength);
        setImmediate(done);
      },
    });
    const argv = ["inspect", "-", "--protocol", "http1-request", "--json"];
    expect(await main(argv, { ...handles(terminal), stdout: slow })).toBe(0);
    expect(most).toBeLessThan(65_536);
  });
});

function handles({ stdin, stdout, stderr, env, onInterrupt }: TerminalDouble) {
  return { stdin, stdout, stderr, env, onInterrupt };
}

function broken(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(code), { code }));
    },
  });
}
