/**
 * Parts of what a daemon answers, read one by one: a daemon of another version may say other things.
 *
 * @module
 */
import type { Json } from "../../runtime/messages.ts";

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A member of an object; null if there is none. */
export const member = (value: Json, name: string): Json =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] ?? null : null;

/** A text. */
export const textOf = (value: Json): string | undefined =>
  typeof value === "string" ? value : undefined;

/** A finite number. */
export const numberOf = (value: Json): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** A list; empty if it is none. */
export const listOf = (value: Json): readonly Json[] => Array.isArray(value) ? value : [];
