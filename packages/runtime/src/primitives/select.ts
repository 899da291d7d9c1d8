// The first value of several channels. Nothing is taken from the others, also if the task is cancelled.

import { selecting, type Channel } from "./channel.js";
import { taskOf, type Cx } from "../cx.js";
import { announce, until } from "../waiting.js";

export interface Selected<T> {
  /** Which channel it was. */
  readonly index: number;
  /** Undefined if that channel is closed and empty. */
  readonly value: T | undefined;
}

/** Where several have one, the first in the list is taken. */
export async function select<T>(cx: Cx, channels: readonly Channel<T>[]): Promise<Selected<T>> {
  const [first] = channels;
  if (first === undefined) throw new RangeError("channels: expected at least one");
  const task = taskOf(cx);
  const isReadable = (): boolean => channels.some((channel) => channel.isReadable);
  const names = channels.map((channel) => selecting.nameOf(channel));
  task.checkpoint();
  const begun = announce(task, "select", names[0] ?? "", "write", isReadable, names.slice(1));
  if (begun !== undefined) {
    await begun;
    task.stopIfDue();
  } else if (!isReadable()) {
    for (const channel of channels) selecting.look(channel, task);
    try {
      await until(task, isReadable);
    } finally {
      for (const channel of channels) selecting.lookAway(channel, task);
    }
    task.stopIfDue();
  }
  const index = channels.findIndex((channel) => channel.isReadable);
  const chosen = channels[index] ?? first;
  task.machine.host.touch?.(names[index] ?? "", "write");
  return { index, value: selecting.take(chosen, task) };
}
