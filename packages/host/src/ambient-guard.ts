// While a step of the lab runs, what is not the host's throws: clocks, timers, chance, and the network.
// A program that reads them is another one each time. They are put back after each step.

/** Where something stands, by its names. */
const AMBIENT: readonly (readonly [of: object, name: string, label: string])[] = [
  [globalThis, "Date", "Date"],
  [performance, "now", "performance.now"],
  [Math, "random", "Math.random"],
  [crypto, "getRandomValues", "crypto.getRandomValues"],
  [crypto, "randomUUID", "crypto.randomUUID"],
  [globalThis, "setTimeout", "setTimeout"],
  [globalThis, "setInterval", "setInterval"],
  [globalThis, "setImmediate", "setImmediate"],
  [globalThis, "fetch", "fetch"],
];

/** What the lab takes as `guard`. */
export interface AmbientGuard {
  enter(used: (name: string, stack: string) => void): void;
  leave(): void;
}

export function ambientGuard(): AmbientGuard {
  const kept: (PropertyDescriptor | undefined)[] = [];
  return {
    enter(used) {
      for (const [at, [of, name, label]] of AMBIENT.entries()) {
        kept[at] = Object.getOwnPropertyDescriptor(of, name);
        const refuse = (): never => {
          const error = new Error(`${label}: the lab has none; use that of the context`);
          used(label, error.stack ?? "");
          throw error;
        };
        const value = name === "Date" ? refusingDate(refuse) : refuse;
        Object.defineProperty(of, name, { value, configurable: true, writable: true });
      }
    },
    leave() {
      for (const [at, [of, name]] of AMBIENT.entries()) {
        const before = kept[at];
        // Some stand on a prototype, and were only hidden.
        if (before === undefined) Reflect.deleteProperty(of, name);
        else Object.defineProperty(of, name, before);
      }
    },
  };
}

function refusingDate(refuse: () => never): object {
  return new Proxy(Date, { construct: refuse, apply: refuse, get: refuse });
}
