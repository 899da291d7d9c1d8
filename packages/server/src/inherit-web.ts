// A light class that stands in for a Web class: an instance is `instanceof` it, answers what it can
// by itself, and makes a real object for everything else. The Web class itself is not changed.

interface Class<Instance extends object> {
  readonly prototype: Instance;
}

/**
 * Puts the Web class's prototype above that of `light` and forwards what `light` does not define.
 * A `sample` of the Web class shows where the platform keeps the state of its instances; where that
 * is in properties (Node 20 and 22), they are forwarded too, so that `fetch(request)` works.
 */
export function inheritWeb<Light extends object>(
  light: Class<Light>,
  web: Class<object>,
  real: (instance: Light) => object,
  sample: object = {},
): void {
  const { prototype } = light;
  Reflect.setPrototypeOf(prototype, web.prototype);
  Reflect.deleteProperty(prototype, "constructor");
  for (const key of Reflect.ownKeys(web.prototype)) {
    if (key === "constructor" || key === Symbol.toStringTag || Object.hasOwn(prototype, key))
      continue;
    const property = Reflect.getOwnPropertyDescriptor(web.prototype, key);
    const method: unknown = property?.value;
    if (typeof method !== "function") forward(prototype, key, real);
    else
      Reflect.defineProperty(prototype, key, {
        configurable: true,
        enumerable: property?.enumerable ?? false,
        writable: true,
        value(this: Light, ...parameters: unknown[]): unknown {
          return Reflect.apply(method, real(this), parameters);
        },
      });
  }
  for (const key of Reflect.ownKeys(sample)) forward(prototype, key, real);
}

function forward<Light extends object>(
  prototype: Light,
  key: string | symbol,
  real: (instance: Light) => object,
): void {
  Reflect.defineProperty(prototype, key, {
    configurable: true,
    enumerable: typeof key === "string",
    get(this: Light): unknown {
      return Reflect.get(real(this), key);
    },
  });
}
