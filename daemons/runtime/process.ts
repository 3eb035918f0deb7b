/**
 * A process of machines: its parts, and the handle of its starter.
 *
 * @module
 */
import type { Loader } from "../../pils/loader_types.ts";
import type { ClientBounds } from "./clients.ts";
import type { ListenToUsers } from "./endpoint.ts";
import type { Builtins } from "./real_host.ts";
import type { Log } from "./log.ts";
import type { Machine } from "./machine.ts";
import type { Pipe } from "./pipe.ts";
import type { Protocol } from "./protocol.ts";
import type { Store } from "./store.ts";

/** What a process of machines is made of. */
export interface ProcessOptions {
  /** Name of this process, for logs and links. */
  readonly process: string;
  /** Name of this node. */
  readonly node: string;
  readonly machines: readonly Machine[];
  readonly log: Log;
  /** Where each machine's `save` goes, by service. A machine without one must not save. */
  readonly stores: ReadonlyMap<string, Store>;
  /** For `load` effects. A process without one has no plugins. */
  readonly loader?: Loader;
  /**
   * What is loaded by name but is no plugin: the few things of the world that belong to one daemon
   * alone, such as the children of the recovery manager.
   */
  readonly builtins?: Builtins;
  /**
   * What may be said to the machines, by whom. Absent: whatever comes is believed, which is for tests
   * of the runtime alone.
   */
  readonly protocol?: Protocol;
  /** Unix socket for programs that are no daemons, and their bounds, if not those of production. */
  readonly listenPath?: string;
  readonly clientBounds?: ClientBounds;
  /** Serves that socket for other users too. Absent: it is its owner's. */
  readonly listenToUsers?: ListenToUsers;
  /** Unix sockets that are each for one other process of this node, and the services it may announce. */
  readonly linkPaths?: readonly {
    readonly path: string;
    readonly mayOffer: (service: string) => boolean;
  }[];
  /** Unix sockets to keep a link to. */
  readonly connectPaths?: readonly string[];
  readonly parts?: readonly Part[];
}

/** Machines that belong to this process but run beside it, or the process that they belong to. */
export interface Part {
  /** The way to it: a link that is there from the first moment. Its end is the process's end. */
  readonly pipe: Pipe;
  /** Resolves to an exit code when it has ended by itself, or rejects. */
  readonly ended?: Promise<number>;
  /** Whether its machines run; does not resolve while it hangs. */
  alive?(): Promise<boolean>;
  /** Ends it cleanly. */
  stop?(deadlineMs: number): Promise<void>;
}

/** A running process of machines. */
export interface RunningProcess {
  /** Whether the machines of all its parts run; does not resolve while one of them hangs. */
  alive(): Promise<boolean>;
  /** Stops the machines in reverse order, each within `deadlineMs`, then ends all links. */
  stop(deadlineMs: number): Promise<void>;
  /**
   * Resolves to the process's exit code when it has ended; rejects if a machine failed, which ends
   * the process.
   */
  readonly ended: Promise<number>;
}
