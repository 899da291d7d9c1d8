// What was received and not read: however it is cut, it is read once and in order, and what was
// handed out as a view is not touched by what comes later.

import { Input } from "@wirewall/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const chunks = fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 20 });

describe("Input", () => {
  it("row: L2 – any chunks, read in any steps, are the bytes in order", () => {
    fc.assert(
      fc.property(chunks, fc.array(fc.nat(900)), (parts, steps) => {
        const input = new Input();
        const read: number[] = [];
        const views: [view: Uint8Array, copy: number[]][] = [];
        const left = [...steps];
        for (const part of parts) {
          const chunk = Uint8Array.from(part);
          input.append(chunk);
          const count = Math.min(input.unread, left.shift() ?? input.unread);
          const view = input.bytes.subarray(input.at, input.at + count);
          read.push(...view);
          views.push([view, [...view]]);
          input.at += count;
          input.keep();
          chunk.fill(0xee);
          expect(input.offset).toBe(read.length);
        }
        const whole = parts.flatMap((part) => [...part]);
        expect([...read, ...input.bytes.subarray(input.at, input.end)]).toEqual(whole);
        for (const [view, copy] of views)
          if (view.buffer === input.bytes.buffer) expect([...view]).toEqual(copy);
      }),
    );
  });

  it("row: L2 – keeps less than twice of what is unread, and nothing once all is read", () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const input = new Input();
        for (const part of parts) {
          input.append(part);
          input.keep();
          expect(input.kept).toBeLessThanOrEqual(Math.max(256, 2 * input.unread));
        }
        input.at = input.end;
        input.keep();
        expect([input.kept, input.unread]).toEqual([0, 0]);
      }),
    );
  });

  it("lets go of everything when it is dropped, and still knows the offset", () => {
    const input = new Input();
    input.append(new Uint8Array(300));
    input.keep();
    input.drop();
    expect([input.kept, input.unread, input.offset]).toEqual([0, 0, 300]);
  });

  it("has another state whenever its bytes are others", () => {
    const [one, other] = [new Input(), new Input()];
    const states = [one.state];
    one.append(Uint8Array.of(1, 2));
    states.push(one.state);
    one.keep();
    states.push(one.state);
    other.append(Uint8Array.of(1, 2));
    states.push(other.state);
    expect(new Set(states).size).toBe(4);
  });
});
