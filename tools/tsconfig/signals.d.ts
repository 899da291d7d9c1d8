// Signals, which every host of the runtime has.

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(
    type: "abort",
    listener: (event: unknown) => void,
    options?: { once?: boolean },
  ): void;
  removeEventListener(type: "abort", listener: (event: unknown) => void): void;
}
