// When two runs are the same: each task did the same, and whatever depends on the order came in the
// same order.

import type { Event } from "./execution.js";

/** A text that is equal for runs of one class and no others. */
export function classOf(events: readonly Event[]): string {
  const counts = new Map<string, number>();
  const resources = new Map<string, string[]>();
  const reading = new Map<string, string[]>();
  const tasks = new Map<string, string[]>();
  for (const { task, label, touches } of events) {
    const count = counts.get(task) ?? 0;
    counts.set(task, count + 1);
    const name = `${task}#${count}`;
    entry(tasks, task).push(label);
    for (const { resource, isWrite } of touches) {
      const readers = entry(reading, resource);
      if (!isWrite) {
        readers.push(name);
        continue;
      }
      entry(resources, resource).push(readers.sort().join(","), name);
      reading.set(resource, []);
    }
  }
  for (const [resource, readers] of reading)
    entry(resources, resource).push(readers.sort().join(","));
  const parts = [...tasks, ...resources].map(([name, list]) => `${name}=${list.join(";")}`);
  return parts.sort().join("\n");
}

function entry(lists: Map<string, string[]>, name: string): string[] {
  let list = lists.get(name);
  if (list === undefined) {
    list = [];
    lists.set(name, list);
  }
  return list;
}
