/**
 * The interface of a loader. `loader.ts` implements it; the simulator has its own.
 *
 * @module
 */
import type { Isolation, Permissions } from "./manifest.ts";

/** The options of one load. */
export interface LoadOptions<Event = unknown> {
  /** The instance's configuration, unchecked: the loader checks it against the manifest. */
  readonly config?: unknown;
  /** Called for each `host.emit` of the plugin. */
  readonly onEmit?: (event: Event) => void;
  /** Called when an isolated plugin died and was restarted or given up. */
  readonly onFault?: (fault: PluginFault) => void;
  /**
   * The operator's isolation level: may only raise the rule's level, unless `inline` is allowed for
   * it.
   */
  readonly isolation?: Isolation;
  /** Maximum milliseconds of the load. */
  readonly deadlineMs?: number;
}

/** A fault of a plugin. */
export interface PluginFault {
  /** `kind/name`. */
  readonly plugin: string;
  /** `restarted` or `given up` follows each of the first three. */
  readonly what: "died" | "hung" | "flooded" | "restarted" | "given up";
  /** The reason, for the log. */
  readonly why: string;
}

/** A loaded instance; disposing it releases one reference. */
export interface Loaded<A> extends AsyncDisposable {
  /** `kind/name`. */
  readonly id: string;
  /** Its isolation level. */
  readonly isolation: Isolation;
  /** The granted permissions of this instance, filled. */
  readonly permissions: Permissions;
  /**
   * The plugin's methods. At `inline` these are the plugin's own functions (synchronous ones stay
   * so); isolated, every method returns a promise that rejects after the call's deadline.
   */
  readonly api: A;
}

/** One line of `loader.tree()`: an instance with its level, permissions, users and load time. */
export interface TreeNode extends Pick<Loaded<unknown>, "id" | "isolation" | "permissions"> {
  /** Number of the instance; never used twice by a loader. */
  readonly instance: number;
  /** Number of users. */
  readonly references: number;
  /** Number of restarts after it had died or hung. */
  readonly restarts: number;
  /** Milliseconds of its load, including its handler's if that was loaded first. */
  readonly loadMs: number;
  /** Of a handler: the instances of its kind. */
  readonly children: readonly TreeNode[];
}

/** Loads plugins by identity. */
export interface Loader extends AsyncDisposable {
  /**
   * Loads an instance, or takes another reference to one with the same identity and configuration.
   * Handlers are loaded and closed with the plugins of their kind.
   *
   * @throws {DiagnosticError} that says what cannot be loaded, why, and the fix.
   */
  load<A>(id: string, options?: LoadOptions): Promise<Loaded<A>>;
  /** The loaded instances: handlers, and under each the instances of its kind. */
  tree(): readonly TreeNode[];
  /** Closes everything, in reverse order of loading, each within its deadline. */
  close(): Promise<void>;
}
