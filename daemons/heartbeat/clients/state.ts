/**
 * The state of heartbeat's local clients: programs that use the original's local API.
 *
 * @module
 */

/** Clients at once at most. */
export const clientsMax = 64;
/** Frames of a client that the machine has dealt with when it says so. */
export const takenTogether = 8;
/** Characters of a client's name at most. */
export const nameCharactersMax = 64;

/** Who is at the other end of a connection, as the kernel says. */
export interface Credentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who may sign on under a name; `default` and `anon` stand for the others and for casual ones. */
export interface ClientRule {
  readonly client: string;
  readonly uids: readonly number[];
  readonly gids: readonly number[];
}

/** What clients may know that is not in the configuration of heartbeat itself. */
export interface ClientsConfig {
  /** Parameters by the names of `ha.cf`: `deadtime`, `udpport`... */
  readonly parameters: ReadonlyMap<string, string>;
  /** Absent: everyone who may open the socket may sign on. */
  readonly rules?: readonly ClientRule[];
}

/** One connection of the local socket. */
export interface ApiClient {
  readonly connection: number;
  /** What the kernel says of it, if this process may ask. */
  readonly credentials: Credentials | undefined;
  /** Its name, or its process number if it is a casual one; empty until it has signed on. */
  id: string;
  /** It gave no name: it may only ask. */
  casual: boolean;
  /** Which messages it wants; see `treatments`. */
  mask: number;
  /** How many had connected to this daemon before it. */
  generation: number;
  /** Its frames that have not been reported to the socket as processed. */
  taken: number;
  /** Messages of it that were not carried. */
  refused: number;
}

/** All clients of this node, and those known of others. */
export interface Clients {
  readonly open: Map<number, ApiClient>;
  /** Grows with each client that signs on under a name. */
  nextGeneration: number;
  /** Clients wait: too many messages are not acknowledged. */
  paused: boolean;
  /** Names that are signed on, by node. */
  readonly presence: Map<string, Set<string>>;
  /** Services of this node that are notified of each change of `presence`. */
  readonly watchers: Set<string>;
}

/** None yet. */
export const noClients = (): Clients => ({
  open: new Map(),
  nextGeneration: 0,
  paused: false,
  presence: new Map(),
  watchers: new Set(),
});
