// RFC 7541 Appendix C: the examples, octet by octet, with the sizes that it gives for the table.

import { BlockDecoder, BlockEncoder } from "@wirewall/hpack";
import { describe, expect, it } from "vitest";
import { hex, indexed, integer, literal, read, type Pair } from "./blocks.ts";

describe("row: C2 Appendix C.1 integers", () => {
  it.each([
    ["C.1.1", 10, 5, "0a"],
    ["C.1.2", 1_337, 5, "1f9a0a"],
    ["C.1.3", 42, 8, "2a"],
  ] as const)("%s", (_, value, bits, octets) => {
    expect(integer(value, bits)).toEqual(hex(octets));
  });

  it("C.1.2 as the size of a table", () => {
    const decoder = new BlockDecoder();
    expect(read(decoder, hex("3f9a0a")).violation).toBeUndefined();
    expect(read(decoder, [...hex("3f9a0a"), ...indexed(2)]).fields).toEqual([[":method", "GET"]]);
  });
});

describe("row: C2 Appendix C.2 representations", () => {
  it.each([
    ["C.2.1", "400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key", 55],
    ["C.2.2", "040c2f73616d706c652f70617468", ":path", 0],
    ["C.2.3", "100870617373776f726406736563726574", "password", 0],
    ["C.2.4", "82", ":method", 0],
  ] as const)("%s", (_, block, name, tableBytes) => {
    const values = {
      "custom-key": "custom-header",
      ":path": "/sample/path",
      password: "secret",
      ":method": "GET",
    };
    const decoder = new BlockDecoder();
    const { fields, never, violation } = read(decoder, hex(block));
    expect(violation).toBeUndefined();
    expect(fields).toEqual([[name, values[name]]]);
    expect(never).toEqual(name === "password" ? ["password"] : []);
    expect(decoder.tableBytes).toBe(tableBytes);
  });
});

const REQUESTS: readonly (readonly Pair[])[] = [
  [
    [":method", "GET"],
    [":scheme", "http"],
    [":path", "/"],
    [":authority", "www.example.com"],
  ],
  [
    [":method", "GET"],
    [":scheme", "http"],
    [":path", "/"],
    [":authority", "www.example.com"],
    ["cache-control", "no-cache"],
  ],
  [
    [":method", "GET"],
    [":scheme", "https"],
    [":path", "/index.html"],
    [":authority", "www.example.com"],
    ["custom-key", "custom-value"],
  ],
];

const DATES = ["Mon, 21 Oct 2013 20:13:21 GMT", "Mon, 21 Oct 2013 20:13:22 GMT"] as const;
const COOKIE = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
const RESPONSES: readonly (readonly Pair[])[] = [
  [
    [":status", "302"],
    ["cache-control", "private"],
    ["date", DATES[0]],
    ["location", "https://www.example.com"],
  ],
  [
    [":status", "307"],
    ["cache-control", "private"],
    ["date", DATES[0]],
    ["location", "https://www.example.com"],
  ],
  [
    [":status", "200"],
    ["cache-control", "private"],
    ["date", DATES[1]],
    ["location", "https://www.example.com"],
    ["content-encoding", "gzip"],
    ["set-cookie", COOKIE],
  ],
];

interface Example {
  readonly lists: readonly (readonly Pair[])[];
  readonly maxBytes: number;
  readonly blocks: readonly string[];
  readonly sizes: readonly number[];
  /** The table at the end, newest first. */
  readonly table: readonly Pair[];
}

const examples: readonly (readonly [string, Example])[] = [
  [
    "C.3 requests without Huffman code",
    {
      ...requests(),
      blocks: [
        "828684410f7777772e6578616d706c652e636f6d",
        "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
      ],
    },
  ],
  [
    "C.4 requests in Huffman code",
    {
      ...requests(),
      blocks: [
        "828684418cf1e3c2e5f23a6ba0ab90f4ff",
        "828684be5886a8eb10649cbf",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
      ],
    },
  ],
  [
    "C.5 responses without Huffman code",
    {
      ...responses(),
      blocks: [
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        "4803333037c1c0bf",
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
      ],
    },
  ],
  [
    "C.6 responses in Huffman code",
    {
      ...responses(),
      blocks: [
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
        "4883640effc1c0bf",
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
      ],
    },
  ],
];

describe.each(examples)("row: C2 Appendix %s", (_, example) => {
  it("decodes, and the table has the size that it says", () => {
    const decoder = new BlockDecoder({ tableBytes: example.maxBytes });
    for (const [at, block] of example.blocks.entries()) {
      const { fields, violation } = read(decoder, hex(block));
      expect(violation).toBeUndefined();
      expect(fields).toEqual(example.lists[at]);
      expect(decoder.tableBytes).toBe(example.sizes[at]);
    }
    expect(decoder.tableCount).toBe(example.table.length);
    const whole = example.table.flatMap((_entry, at) => indexed(62 + at));
    expect(read(decoder, whole).fields).toEqual(example.table);
  });
});

describe("row: C2 Appendix C.4, written", () => {
  it("is what the encoder writes, too", () => {
    const encoder = new BlockEncoder();
    const blocks = REQUESTS.map((fields) => {
      encoder.begin();
      for (const [name, value] of fields) encoder.field(name, value);
      return Buffer.from(encoder.finish()).toString("hex");
    });
    expect(blocks).toEqual(examples[1]?.[1].blocks);
  });
});

describe("row: C2 Appendix A", () => {
  it("has 61 entries, and the next index is of the dynamic table", () => {
    const decoder = new BlockDecoder();
    read(decoder, literal("incremental", "a", "b"));
    const all = Array.from({ length: 62 }, (_, at) => indexed(at + 1)).flat();
    const { fields } = read(decoder, all);
    expect(fields[0]).toEqual([":authority", ""]);
    expect(fields[60]).toEqual(["www-authenticate", ""]);
    expect(fields[61]).toEqual(["a", "b"]);
  });
});

function requests(): Omit<Example, "blocks"> {
  return {
    lists: REQUESTS,
    maxBytes: 4_096,
    sizes: [57, 110, 164],
    table: [
      ["custom-key", "custom-value"],
      ["cache-control", "no-cache"],
      [":authority", "www.example.com"],
    ],
  };
}

function responses(): Omit<Example, "blocks"> {
  return {
    lists: RESPONSES,
    maxBytes: 256,
    sizes: [222, 222, 215],
    table: [
      ["set-cookie", COOKIE],
      ["content-encoding", "gzip"],
      ["date", DATES[1]],
    ],
  };
}
