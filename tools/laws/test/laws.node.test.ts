// The laws are held to their own: a correct decoder passes all of them, and for each law there is
// a decoder that breaks it and is caught.

import { describe, expect, it } from "vitest";
import { describeLaws, laws, type Codec, type Finding } from "../src/index.js";
import { roundTripLaw } from "../src/round-trip.js";
import { totalLaw } from "../src/total.js";
import * as pairs from "./pairs/codec.js";
import { encode, subjectOf, type Pair } from "./pairs/subject.js";

const correct = subjectOf(pairs, new URL("./pairs/codec.ts", import.meta.url));

describeLaws(correct);

describe("a decoder that breaks a law is caught by it", { timeout: 120_000 }, () => {
  it.each([
    ["total", "total", /threw Error: unexpected DEL/],
    ["chunk-blind", "chunk-blind", /instead of/],
    ["chunk-blind", "keeps-views", /instead of/],
    ["bounded", "bounded", /bytes retained/],
    ["bounded", "unseen-memory", /bytes alive in each decoder/],
    ["linear", "linear", /steps grow with the power [12]\.\d+ of size, 1\.\d+ at the end/],
    ["linear", "quadratic-copy", /steps for 20\d\d bytes/],
    ["edge", "edge", /maxNameBytes = 5, 5 given, whole: refused by pairs\.name\.too-long/],
    ["one-reading", "one-reading", /a regular expression|accepted, although/],
    ["realm-free", "realm-free", /Date/],
    ["clean-prototype", "clean-prototype", /Object\.prototype has a new times/],
  ])("%s: %s", async (lawName, file, message) => {
    const path = new URL(`./broken/${file}.ts`, import.meta.url);
    const codec = (await import(/* @vite-ignore */ path.href)) as Codec;
    const findings = await findingsOf(lawName, codec, path);
    expect(findings).not.toEqual([]);
    expect(findings.map(({ what }) => what).join("\n")).toMatch(message);
    expect(new Set(findings.map(({ law }) => law))).toEqual(new Set([lawName]));
  });

  it("total: hanging", async () => {
    const path = new URL("./broken/hanging.ts", import.meta.url);
    const codec = (await import(path.href)) as Codec;
    const [finding] = totalLaw(subjectOf(codec, path), 1_500);
    expect(finding?.what).toBe("it does not come back");
    expect(finding?.input).toContain("+");
  });

  it("round-trip: an encoder that counts characters instead of bytes", () => {
    const counting = ({ name, content }: Pair): Uint8Array => {
      const characters = [...new TextDecoder().decode(content)].length;
      const bytes = encode({ name, content });
      return content.length === characters
        ? bytes
        : encode({ name, content: content.subarray(0, characters) });
    };
    const [finding] = roundTripLaw(subjectOf(pairs, correct.module, counting));
    expect(finding?.what).toMatch(/read as/);
  });

  it("round-trip: an encoder that emits what the decoder refuses", () => {
    const careless = ({ name, content }: Pair): Uint8Array =>
      Uint8Array.from([...`${name}=${content.length}:`].map((c) => c.charCodeAt(0)));
    const [finding] = roundTripLaw(subjectOf(pairs, correct.module, careless));
    expect(finding?.what).toMatch(/refused by pairs\./);
  });

  it("edge: a limit that nobody tests", async () => {
    const subject = { ...correct, edgesElsewhere: {} };
    const [finding] = await lawOf("edge")(subject);
    expect(finding?.what).toBe("maxRetainedBytes has no edge");
  });
});

function lawOf(name: string): (subject: typeof correct) => Finding[] | Promise<Finding[]> {
  const found = laws.find(([candidate]) => candidate === name);
  if (found === undefined) throw new Error(`no law ${name}`);
  return found[1];
}

async function findingsOf(name: string, codec: Codec, module: URL): Promise<Finding[]> {
  return lawOf(name)(subjectOf(codec, module));
}
