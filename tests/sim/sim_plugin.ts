/**
 * A simulated plugin: it replaces a real plugin of a kind in the simulated world.
 *
 * Its methods answer through a callback, immediately or later, because the world has its own time:
 * a promise would be settled by the wrong clock.
 *
 * @module
 */
import type { Result } from "../../daemons/runtime/machine.ts";

export type { SimHost, SimPlugin, SimPluginMaker } from "./surroundings.ts";

/** A method that answered well. */
export const ok = (value: unknown = null): Result => ({ ok: true, value });

/** A method that failed. */
export const failed = (error: string): Result => ({ ok: false, error });
