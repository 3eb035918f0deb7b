/**
 * What `@std/cli/parse-args` 1.0 offers, as its documentation says: names and signatures, nothing that
 * runs. Its types follow the options that are given literally; where names are not known beforehand,
 * as everywhere in the project, they are these.
 *
 * @module
 */

/** Everything that it exports and that is there when a program runs. */
export const published = ["parseArgs"] as const;

type Names = string | ReadonlyArray<string>;

export interface ParseOptions {
  "--"?: boolean;
  alias?: Partial<Record<string, Names>>;
  boolean?: boolean | Names;
  default?: Record<string, unknown>;
  stopEarly?: boolean;
  string?: Names;
  collect?: Names;
  negatable?: Names;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

export interface Args {
  [name: string]: unknown;
  _: Array<string | number>;
}

export declare function parseArgs(args: string[], options?: ParseOptions): Args;
