/**
 * The difference between two flat objects: how a format carries data that it cannot express.
 *
 * No list of each format's limits is needed. A document is written and read back, and the
 * differences are written beside it. So a round trip is the identity by construction.
 *
 * @module
 */
import { anything, exact, list, type Shape, table, text } from "./shape.ts";

/** An object whose attributes are compared and changed. */
export type Part = Readonly<Record<string, unknown>>;

/** Attributes to set, and to remove. */
export interface Change {
  readonly set?: Part | undefined;
  readonly unset?: readonly string[] | undefined;
}

/** The shape of a change that was read from somewhere; what else stands there is passed over. */
export const changeShape: Shape<Change> = exact({}, {
  set: table(/^/, anything),
  unset: list(text()),
}, anything);

/** The change from `from` to `to`, or undefined if they are equal. Values are compared as JSON. */
export function changeOf(from: Part, to: Part): Change | undefined {
  const set: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(to)) {
    if (JSON.stringify(from[key]) !== JSON.stringify(value)) set[key] = value;
  }
  const unset = Object.keys(from).filter((key) => from[key] !== undefined && to[key] === undefined);
  if (Object.keys(set).length === 0 && unset.length === 0) return undefined;
  return {
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(unset.length === 0 ? {} : { unset }),
  };
}

/** The object with the change made. */
export function changed(from: Part, { set = {}, unset = [] }: Change): Part {
  const kept = Object.entries(from).filter(([key]) => !unset.includes(key));
  return { ...Object.fromEntries(kept), ...set };
}
