/**
 * A simulated plugin: what stands in the world for a real plugin of a kind.
 *
 * Its methods answer through a callback, at once or later, because the world's time is not the
 * machine's: a promise would be settled by the wrong clock.
 *
 * @module
 */
import type { Result } from "../../daemons/runtime/machine.ts";
import type { SimNode } from "./node.ts";

/** What a simulated plugin is given. */
export interface SimHost {
  readonly node: SimNode;
  /** Which machine loaded it. */
  readonly service: string;
  readonly instance: string;
  /** `kind/name`. */
  readonly plugin: string;
  readonly config: unknown;
  /** Tells the machine; dropped if the machine's process or node is gone by then. */
  emit(event: unknown): void;
}

/** A loaded one. */
export interface SimPlugin {
  call(method: string, args: readonly unknown[], answer: (result: Result) => void): void;
  close?(): void;
}

/** Makes an instance, or throws why it cannot. */
export type SimPluginMaker = (host: SimHost) => SimPlugin;

/** A method that answered well. */
export const ok = (value: unknown = null): Result => ({ ok: true, value });

/** A method that failed. */
export const failed = (error: string): Result => ({ ok: false, error });
