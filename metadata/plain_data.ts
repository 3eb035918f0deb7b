/**
 * Checks that a value of a plugin in a worker is plain data, as a frame of a process is: a structured
 * clone may go round in a circle, be of any depth, or hold maps and errors. Code that walks through such
 * a value, to hide secrets or to write it down, would not come to an end.
 *
 * @module
 */
import type { JsonBounds } from "./json_bounds.ts";

/** The bounds of a message of a worker. */
export interface PlainBounds extends JsonBounds {
  /** Characters of all texts and names, and bytes. */
  readonly sizeMax: number;
}

/** As large as the largest frame of a process. */
export const plainBounds: PlainBounds = {
  depthMax: 64,
  valuesMax: 50_000,
  sizeMax: 16 * 1024 * 1024,
};

/** Takes the messages of a worker. `refuse` gets the reason for one that is not plain data. */
export const takingPlain =
  (take: (data: unknown) => void, refuse: (why: string) => void) =>
  ({ data }: { readonly data: unknown }): void => {
    const why = notPlain(data);
    if (why === undefined) take(data);
    else refuse(`it broke the protocol: ${why}`);
  };

/**
 * Sends the messages of a worker: what the other side would refuse fails here, as an error of the one
 * call.
 */
export const sendingPlain = <T>(post: (message: T) => void) => (message: T): void => {
  const why = notPlain(message);
  if (why !== undefined) throw new TypeError(`The value cannot be sent: ${why}`);
  post(message);
};

/** Why a value is not plain data; undefined if it is. */
export function notPlain(input: unknown, bounds = plainBounds): string | undefined {
  let [values, size] = [0, 0];
  const look = (value: unknown, depth: number): string | undefined => {
    if (++values > bounds.valuesMax) return `it holds more than ${bounds.valuesMax} values`;
    if (typeof value === "string") size += value.length;
    else if (value instanceof Uint8Array) size += value.length;
    else if (typeof value === "object" && value !== null) {
      if (depth >= bounds.depthMax) return `it is nested more than ${bounds.depthMax} deep`;
      const tag = Object.prototype.toString.call(value);
      if (tag !== "[object Object]" && !Array.isArray(value)) {
        return `it holds ${tag}, which is not plain data`;
      }
      for (const [name, member] of Object.entries(value)) {
        if (!Array.isArray(value)) size += name.length;
        const why = look(member, depth + 1);
        if (why !== undefined) return why;
      }
    } else if (!["number", "boolean", "undefined"].includes(typeof value) && value !== null) {
      return `it holds a ${typeof value}, which is not plain data`;
    }
    return size > bounds.sizeMax ? `it is larger than ${bounds.sizeMax} bytes` : undefined;
  };
  return look(input, 0);
}
