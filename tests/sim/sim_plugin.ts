/**
 * A simulated plugin: what stands in the world for a real plugin of a kind.
 *
 * Its methods answer through a callback, at once or later, because the world's time is not the
 * machine's: a promise would be settled by the wrong clock.
 *
 * @module
 */
import type { Result } from "../../daemons/runtime/machine.ts";

export type { SimHost, SimPlugin, SimPluginMaker } from "./surroundings.ts";

/** A method that answered well. */
export const ok = (value: unknown = null): Result => ({ ok: true, value });

/** A method that failed. */
export const failed = (error: string): Result => ({ ok: false, error });
