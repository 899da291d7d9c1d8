// For pino, in place of its `redact`: what is logged beside the message is redacted at any depth, and the message and what
// goes into it are scanned.

import type { Redactor } from "./redactor.js";

/** Of pino's options those that it takes. */
export interface PinoRedaction {
  readonly formatters: {
    log(object: Record<string, unknown>): Record<string, unknown>;
    bindings(bindings: Record<string, unknown>): Record<string, unknown>;
  };
  readonly hooks: {
    logMethod(this: unknown, args: unknown[], method: (...args: never[]) => void): void;
  };
  onChild(child: PinoChild): void;
}

/** What is used of a child logger. */
export interface PinoChild {
  setBindings(bindings: Record<string, unknown>): void;
}

/** Spread into the options of `pino()`; serializers run on what is left. */
export function pinoRedaction(redactor: Redactor): PinoRedaction {
  const clean = (object: Record<string, unknown>): Record<string, unknown> => ({
    ...(redactor.redact(object).value as Record<string, unknown>),
  });
  return {
    formatters: { log: clean, bindings: clean },
    hooks: {
      logMethod(args, method) {
        const [first] = args;
        // An object in front is what `formatters.log` gets; an error is wrapped by pino before that.
        const skip =
          typeof first === "object" && first !== null && !(first instanceof Error) ? 1 : 0;
        const message =
          first instanceof Error && args.length === 1
            ? [{ err: first }, textOf(redactor, first.message)]
            : args;
        const cleaned = message.map((arg, at) => {
          if (at < skip || (at === 0 && typeof arg === "object")) return arg;
          if (typeof arg === "string") return redactor.text(arg);
          return typeof arg === "object" ? redactor.redact(arg).value : arg;
        });
        Reflect.apply(method, this, cleaned);
      },
    },
    onChild: (child) => rebind(child, clean),
  };
}

/**
 * What a child is bound to is text already when anybody is told of the child, and formatters of children are pino's own: it
 * is read, cleaned and bound anew.
 *
 * @throws TypeError if this pino keeps it elsewhere, since it would go on unseen.
 */
function rebind(
  child: PinoChild,
  clean: (bindings: Record<string, unknown>) => Record<string, unknown>,
): void {
  const place = Object.getOwnPropertySymbols(child).find(
    (symbol) => symbol.description === "pino.chindings",
  );
  const text: unknown = place === undefined ? undefined : Reflect.get(child, place);
  if (place === undefined || typeof text !== "string")
    throw new TypeError("pino: expected a version that keeps the bindings of a child as text");
  const bindings = JSON.parse(`{${text.slice(1)}}`) as Record<string, unknown>;
  Reflect.set(child, place, "");
  child.setBindings(clean(bindings));
}

function textOf(redactor: Redactor, text: unknown): string {
  return redactor.text(String(text));
}
