/**
 * One cluster and what is done to it.
 *
 * @module
 */
import type { Cluster } from "./cluster.ts";
import type { Shape } from "./shape.ts";

/** A case. */
export interface Case {
  readonly what: string;
  readonly shape: Shape;
  /** Throws if it does not come as it must; else says what came. */
  readonly act: (cluster: Cluster) => Promise<string>;
}
