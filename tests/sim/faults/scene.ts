/**
 * The input of a fault: the world, a node, the nemesis' own random stream, and the parts that are
 * already broken.
 *
 * @module
 */
import type { Random } from "../../../daemons/runtime/random.ts";
import type { Forger } from "../forger.ts";
import type { SimNode } from "../node.ts";
import type { World } from "../world.ts";

/** What is broken, and what faults must remember of it. */
export interface Broken {
  /**
   * Everything is repaired, or broken in one shape, so that it can be judged: no fault's end
   * counts.
   */
  still: boolean;
  /** Links are cut. */
  partitioned: boolean;
  /** Whose CIB was damaged, until it has been seen repaired. */
  damaged: SimNode | undefined;
  /**
   * Where starts of a resource may fail: a node where one did is not tried again, so some must be left
   * for it.
   */
  readonly startTrouble: Map<string, Set<string>>;
}

/** Resources whose agents may fail, and the actions that may. */
export interface AgentPlan {
  readonly resources: readonly string[];
  readonly actions: readonly string[];
}

/** Where a fault strikes. */
export interface Scene {
  readonly world: World;
  /** Drawn for every fault, whether it needs one or not. */
  readonly node: SimNode;
  readonly random: Random;
  readonly broken: Broken;
  readonly forger: Forger | undefined;
  readonly agents: AgentPlan | undefined;
  /** Tells of it, and counts it under its name. */
  say(text: string, count?: string): void;
  /** Counts what was not one. */
  count(name: string, times: number): void;
}

/** Breaks something, or nothing where it does not fit. */
export type Break = (scene: Scene) => void;

/** Runs something between so many milliseconds and so many. */
export function later(
  { world, random }: Scene,
  fromMs: number,
  toMs: number,
  run: () => void,
): void {
  world.kernel.after(random.between(fromMs * 1000, toMs * 1000), run);
}
