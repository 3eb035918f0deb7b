/**
 * What a loader offers to a daemon. `loader.ts` implements it; the simulator has its own.
 *
 * @module
 */
import type { Isolation, Permissions } from "./manifest.ts";

/** How an instance is loaded. */
export interface LoadOptions<Event = unknown> {
  /** The instance's configuration, unchecked: the loader checks it against the manifest. */
  readonly config?: unknown;
  /** Called for each `host.emit` of the plugin. */
  readonly onEmit?: (event: Event) => void;
  /** Called when an isolated plugin died and was, or was not, started again. */
  readonly onFault?: (fault: PluginFault) => void;
  /** Isolation asked by the operator: may only raise what the rule gives, unless `inline` is allowed for it. */
  readonly isolation?: Isolation;
  /** Milliseconds that loading may take. */
  readonly deadlineMs?: number;
}

/** Something happened to a plugin that it did not choose. */
export interface PluginFault {
  /** `kind/name`. */
  readonly plugin: string;
  /** `restarted` is the good end of the three before it, `given up` the bad one. */
  readonly what: "died" | "hung" | "flooded" | "restarted" | "given up";
  /** In words, for the log. */
  readonly why: string;
}

/** A loaded instance; disposing it gives back one reference. */
export interface Loaded<A> extends AsyncDisposable {
  /** `kind/name`. */
  readonly id: string;
  /** The level the rule gave it. */
  readonly isolation: Isolation;
  /** What this instance was granted, filled. */
  readonly permissions: Permissions;
  /**
   * The plugin's methods. At `inline` these are the plugin's own functions (synchronous ones stay
   * so); isolated, every method returns a promise that rejects after the call's deadline.
   */
  readonly api: A;
}

/** One line of `loader.tree()`: who loaded whom, how, with what, and how long it took. */
export interface TreeNode extends Pick<Loaded<unknown>, "id" | "isolation" | "permissions"> {
  /** Number of the instance; never used twice by a loader. */
  readonly instance: number;
  /** Users it has. */
  readonly references: number;
  /** How often it was started again after it had died or hung. */
  readonly restarts: number;
  /** Milliseconds that its load took, its handler's included if it came first. */
  readonly loadMs: number;
  /** Of a handler: the instances of its kind. */
  readonly children: readonly TreeNode[];
}

/** Loads plugins by identity. */
export interface Loader extends AsyncDisposable {
  /**
   * Loads an instance, or takes another reference to one with the same identity and configuration.
   * Handlers come and go with the plugins of their kind.
   *
   * @throws {DiagnosticError} saying what cannot be loaded, why, and how to mend it.
   */
  load<A>(id: string, options?: LoadOptions): Promise<Loaded<A>>;
  /** What is loaded now: handlers, and under each the instances of its kind. */
  tree(): readonly TreeNode[];
  /** Closes everything, in reverse order of loading, each within its deadline. */
  close(): Promise<void>;
}
