/**
 * Takes away everything by which the real world could leak into the simulated one. A machine that
 * looks at a clock or throws dice throws an error instead.
 *
 * @module
 */

/** What is taken away, with the objects that have it. */
const banned: readonly (readonly [object: object, name: string])[] = [
  [Date, "now"],
  [performance, "now"],
  [Math, "random"],
  [globalThis, "setTimeout"],
  [globalThis, "setInterval"],
  [globalThis, "queueMicrotask"],
  [globalThis, "fetch"],
  [crypto, "getRandomValues"],
  [crypto, "randomUUID"],
];

/** The real clock, for the ratio of simulated to real time; taken before it is banned. */
export const realMs = performance.now.bind(performance);

/** Takes it away until the result is called. */
export function banRealWorld(): () => void {
  const before = banned.map(([object, name]) => Object.getOwnPropertyDescriptor(object, name));
  for (const [object, name] of banned) {
    Object.defineProperty(object, name, {
      configurable: true,
      writable: true,
      value: () => {
        throw new Error(`${name} was called in the simulated world, which has none`);
      },
    });
  }
  return () => {
    banned.forEach(([object, name], at) => {
      const descriptor = before[at];
      if (descriptor) Object.defineProperty(object, name, descriptor);
      else Reflect.deleteProperty(object, name);
    });
  };
}
