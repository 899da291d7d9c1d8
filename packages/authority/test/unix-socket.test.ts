// Sockets with a path: denied by default, by exact path, and never by what a link says.

import { describe, expect, it } from "vitest";
import {
  AuthorityError,
  judgeUnixSocket,
  UnixSocketAuthority,
  UnixSocketGrant,
} from "../src/index.js";
import type { TraceEvent } from "@wirewall/trace";

const grant = new UnixSocketGrant({ paths: ["/run/b.sock", "/run/a.sock", "/run/a.sock"] });

describe("row: P2 unix sockets", () => {
  it("a grant is sorted, frozen, and denies by default", () => {
    expect(grant.paths).toEqual(["/run/a.sock", "/run/b.sock"]);
    expect(Object.isFrozen(grant) && Object.isFrozen(grant.paths)).toBe(true);
    expect(judgeUnixSocket(UnixSocketGrant.none, "/run/a.sock")).toMatchObject({
      name: "PathDenied",
      code: "authority.unix-socket.path-denied",
    });
  });

  it("allows its paths, whole and exactly", () => {
    expect(judgeUnixSocket(grant, "/run/a.sock")).toBeUndefined();
    for (const path of ["/run/a.soc", "/run/a.sock.d/x", "/run/A.sock", "/var/run/a.sock"])
      expect(judgeUnixSocket(grant, path)).toMatchObject({ name: "PathDenied" });
  });

  it.each([
    ["nul", "\0run/a.sock"],
    ["nul", "/run/a.sock\0.b"],
    ["relative", "run/a.sock"],
    ["relative", ""],
    ["segment", "/"],
    ["segment", "//run/a.sock"],
    ["segment", "/run/./a.sock"],
    ["segment", "/run/x/../a.sock"],
    ["segment", "/run/a.sock/"],
    ["too-long", `/${"a".repeat(103)}`],
    ["too-long", `/${"é".repeat(52)}`],
    ["not-text", 5 as unknown as string],
  ])("%s: a path that is none", (reason, path) => {
    expect(judgeUnixSocket(grant, path)).toMatchObject({ name: "InvalidPath", reason });
    if (path !== "") expect(() => new UnixSocketGrant({ paths: [path] })).toThrow(/^paths: /);
  });

  it("the longest path", () => {
    const path = `/${"a".repeat(102)}`;
    expect(judgeUnixSocket(new UnixSocketGrant({ paths: [path] }), path)).toBeUndefined();
  });

  it("a link to somewhere else is denied, also to what is granted", () => {
    for (const resolved of ["/run/docker.sock", "/run/b.sock"])
      expect(judgeUnixSocket(grant, "/run/a.sock", resolved)).toMatchObject({
        name: "PathDenied",
        reason: "link",
      });
  });

  it("narrows, and never widens", () => {
    const less = grant.narrow({ paths: ["/run/a.sock"] });
    expect(less.paths).toEqual(["/run/a.sock"]);
    expect(grant.narrow({}).paths).toEqual(grant.paths);
    expect(() => less.narrow({ paths: ["/run/b.sock"] })).toThrow(
      new RangeError("paths: more than the grant holds"),
    );
  });

  it("a forged grant is none", () => {
    const forged = [{ paths: ["/a"] }, Object.create(grant), structuredClone({ ...grant }), null];
    for (const each of forged)
      expect(() => judgeUnixSocket(each as UnixSocketGrant, "/a")).toThrow(TypeError);
  });

  it("an authority connects to what is granted, tells the rest, and never the path", () => {
    const events: TraceEvent[] = [];
    const sink = { event: (event: TraceEvent) => void events.push(event) };
    const authority = new UnixSocketAuthority(grant, {
      connect: (path) => `to ${path}`,
      trace: sink,
    });
    expect(authority.connect("/run/a.sock")).toBe("to /run/a.sock");
    const less = authority.narrow({ paths: ["/run/a.sock"] });
    expect(() => less.connect("/run/b.sock")).toThrow(AuthorityError);
    expect(events).toMatchObject([{ kind: "policy_denied", data: { protocol: "unix-socket" } }]);
    expect(JSON.stringify(events)).not.toContain("b.sock");
    const linked = new UnixSocketAuthority(grant, {
      connect: () => "connected",
      resolve: () => "/run/docker.sock",
      trace: sink,
    });
    expect(() => linked.connect("/run/a.sock")).toThrow(AuthorityError);
    expect(events).toHaveLength(2);
  });
});
