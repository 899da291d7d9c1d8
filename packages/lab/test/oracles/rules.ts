// What each oracle is for: the place of the runtime that is made wrong, and the program that shows it.

import type { Change } from "./mutant.ts";
import type { inLab, live } from "./scenarios.ts";

export type Name = keyof typeof inLab | keyof typeof live;

export const rules: [oracle: string, what: string, name: Name, ...changes: Change[]][] = [
  [
    "taskLeak",
    "close skips the task count",
    "tasks",
    [
      "region.ts",
      "return this.taskCount === 0 && this.childCount === 0;",
      "return this.childCount === 0;",
    ],
  ],
  [
    "quiescence",
    "close skips the children",
    "crossed",
    [
      "region.ts",
      "return this.taskCount === 0 && this.childCount === 0;",
      "return this.taskCount === 0;",
    ],
  ],
  [
    "quiescence",
    "close skips the finalizers",
    "finalizers",
    ["region.ts", "await closer.masked(() => this.#finalize(closer));", ""],
  ],
  [
    "quiescence",
    "close skips the obligations",
    "leaks",
    ["task.ts", "if (this.held !== undefined) outcome = leakAll(this, outcome);", ""],
  ],
  [
    "cancellationProtocol",
    "finalizing without an acknowledgement",
    "unheard",
    ["task-trace.ts", "if (!cancellation.isAcknowledged) tellAck(task, cancellation, true);", ""],
  ],
  [
    "cancellationProtocol",
    "tasks of a cancelled region are left out",
    "children",
    ["region.ts", "task = task.next) task.requestCancel(reason);", "task = task.next) break;"],
  ],
  [
    "cancellationProtocol",
    "masks without a limit",
    "deepMasks",
    ["task.ts", "const MAX_MASK_DEPTH = 64;", "const MAX_MASK_DEPTH = 1_000;"],
  ],
  [
    "cancelCorrectness",
    "complete before cleanup ends",
    "cleanup",
    [
      "task.ts",
      "    this.#mask(1);\n",
      '    this.#mask(1);\n    if (this.cancellation !== undefined) this.#complete({ type: "cancelled", reason: this.cancellation.reason }, "cancelled");\n',
    ],
  ],
  [
    "cancelCorrectness",
    "a request wakes nobody",
    "stuck",
    ["task.ts", "    this.notify();\n    return true;", "    return true;"],
  ],
  [
    "cancelCorrectness",
    "finalizing is left out",
    "cleanup",
    ["task-trace.ts", 'task.told("cancel_finalize", { epoch: cancellation.epoch });', ""],
  ],
  [
    "cancelSignalOrdering",
    "propagation from the bottom up",
    "children",
    ["region.ts", "    this.#cancelAll(reason);\n", ""],
    [
      "region.ts",
      '    this.#told("cancel_request", {',
      '    this.#cancelAll(reason);\n    this.#told("cancel_request", {',
    ],
  ],
  [
    "cancelSignalOrdering",
    "one child is left out",
    "children",
    [
      "region.ts",
      "for (const child of this.#children) child.req",
      "for (const child of [...this.#children].slice(1)) child.req",
    ],
  ],
  [
    "cancelDebt",
    "the cancel lane is served once in a hundred",
    "crowd",
    [
      "scheduler.ts",
      "if (this.#streak < CANCEL_STREAK) {",
      "if (++this.#dispatched % 100 === 0) {",
    ],
  ],
  [
    "attribution",
    "a late value counts",
    "unheard",
    ["attribution.ts", 'return counts ? { type: "ok"', 'return counts || true ? { type: "ok"'],
  ],
  [
    "loserDrain",
    "return on the first settlement",
    "race",
    [
      "cx.ts",
      "    valueOf(await region.close());\n    return value;",
      "    void region.close();\n    return value;",
    ],
    [
      "combinators/combine.ts",
      "const all = await outcomesOf(inner, tasks);\n    const panic",
      "const all: Outcome<T>[] = [];\n    const panic",
    ],
  ],
  [
    "obligationLeak",
    "leaks are ignored when a task completes",
    "leaks",
    ["task.ts", "if (this.held !== undefined) outcome = leakAll(this, outcome);", ""],
  ],
  [
    "finalizer",
    "first in, first out",
    "finalizers",
    [
      "region.ts",
      "for (let run = this.#finalizers?.pop(); run !== undefined; run = this.#finalizers?.pop()) {\n      const finalizer = (this.#finalizers?.length ?? 0) + 1;",
      "let finalizer = 0;\n    for (const run of this.#finalizers ?? []) {\n      finalizer++;",
    ],
  ],
  [
    "finalizer",
    "none after one that threw",
    "finalizers",
    ["region.ts", "this.#outcome = joinOutcome(this.#outcome, thrownBy(error));", "return;"],
  ],
  [
    "regionTree",
    "a parent that does not count its child",
    "siblings",
    ["region.ts", "    this.childCount++;\n", ""],
  ],
  [
    "regionTree",
    "a second root",
    "siblings",
    [
      "cx.ts",
      "new RegionScope(task.machine, cx.#region, task,",
      "new RegionScope(task.machine, undefined, task,",
    ],
  ],
  [
    "regionLeak",
    "close without waiting for children",
    "crossed",
    ["region.ts", "    await this.#drain(closer);\n", ""],
  ],
  [
    "deadlineMonotone",
    "a child's budget replaces its parent's",
    "deadlines",
    ["region.ts", "parent === undefined ? budget : meet(parent.budget, budget)", "budget"],
    [
      "cx.ts",
      "...cx.#region.budget,\n      ...options.budget,",
      "...cx.#region.budget,\n      ...options.budget,",
    ],
  ],
  [
    "budget",
    "spent before it is checked",
    "costs",
    ["cx.ts", "if (granted) task.costLeft = left - count;", "task.costLeft = left - count;"],
  ],
  ["budget", "polls come back", "polls", ["task.ts", "this.pollsLeft--;", "this.pollsLeft++;"]],
  [
    "channelAtomicity",
    "a cancelled waiter keeps its place",
    "baton",
    ["waiting.ts", "    this.#queue.leave(this);\n    this.#queue.left?.();", ""],
  ],
  [
    "channelAtomicity",
    "a permit more than fits",
    "permits",
    [
      "primitives/channel.ts",
      "this.#values.length + this.#permits < this.capacity",
      "this.#values.length + this.#permits <= this.capacity",
    ],
  ],
  [
    "channelAtomicity",
    "a permit is used twice",
    "permits",
    ["obligation.ts", 'if (this.state !== "reserved")', "if (this.id < 0)"],
  ],
  [
    "wakeState",
    "what was there before the wait is not seen",
    "crossed",
    [
      "task.ts",
      "    if (this.#mayGo(parked)) {\n      parked.resume();",
      "    if (this.index < 0) {\n      parked.resume();",
    ],
  ],
  [
    "fairness",
    "the streak never ends",
    "crowd",
    ["scheduler.ts", "if (this.#streak < CANCEL_STREAK) {", "if (this.#streak >= 0) {"],
  ],
  [
    "priorityInversion",
    "the least urgent goes first",
    "priorities",
    ["scheduler.ts", "left.priority > right.priority ||", "left.priority < right.priority ||"],
  ],
  [
    "ambientAuthority",
    "the row is not looked at",
    "rows",
    ["cx.ts", "if ((this.#bits & BITS[capability]) === 0)", "if (this.#bits < 0)"],
  ],
  [
    "handleUse",
    "a closed context is not refused",
    "lateUse",
    ["cx.ts", 'if (this.#region.state === "closed" || this.#task.isDone)', "if (this.#bits < 0)"],
  ],
  [
    "handleUse",
    "a closed region takes on tasks",
    "lateSpawn",
    [
      "region.ts",
      '  ): Task {\n    if (this.state !== "open")',
      "  ): Task {\n    if (this.taskCount < 0)",
    ],
  ],
  [
    "traceOrder",
    "a number is used again",
    "tasks",
    ["machine.ts", "const seq = this.#seq++;", "const seq = this.#seq;"],
  ],
  [
    "traceOrder",
    "something is received that nobody has sent",
    "receives",
    ["primitives/channel.ts", "while (!this.isReadable) await", "while (this.#permits < 0) await"],
    ["primitives/channel.ts", '"write", () => this.isReadable)', '"write", () => true)'],
    ["primitives/channel.ts", "if (this.#values.length === 0) return undefined;", ""],
  ],
  [
    "traceHygiene",
    "a value is told",
    "secret",
    [
      "task-trace.ts",
      "{ outcome: outcome.type, came }",
      '{ outcome: outcome.type, came, value: outcome.type === "ok" ? String(outcome.value) : "" }',
    ],
  ],
];
