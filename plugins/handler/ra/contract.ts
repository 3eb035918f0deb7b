/**
 * The contract of kind `ra`, version `ra/1`: one class of resource agents.
 *
 * @module
 */

/** One agent of the class. */
export interface AgentRef {
  readonly provider?: string;
  readonly type: string;
}

/** One operation on one resource. */
export interface RaOperation {
  /** Id of the resource. */
  readonly resource: string;
  readonly agent: AgentRef;
  /** `start`, `stop`, `monitor`, `promote`, `demote`, `notify`, `validate-all`, ... */
  readonly action: string;
  /** Milliseconds between two runs of a recurring operation; 0: once. */
  readonly intervalMs: number;
  /** Milliseconds after which the agent's whole process group is killed. */
  readonly timeoutMs: number;
  /** Parameters by name, including `CRM_meta_*`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Names an operation that runs. */
export type RaRunning = Pick<RaOperation, "resource" | "action" | "intervalMs">;

/** The result. */
export interface RaResult {
  /**
   * OCF result code: 0 ok, 1 error, 2 arguments, 3 unimplemented, 4 permission, 5 not installed,
   * 6 not configured, 7 not running, 8 promoted, 9 failed promoted, 190 degraded, 191 degraded and
   * promoted.
   */
  readonly rc: number;
  /** The agent exceeded its timeout and was killed, with all that it had started. */
  readonly timedOut: boolean;
  /** The end of its output, at most 4096 characters, control characters replaced. */
  readonly output: string;
  /** Why it failed, on one line of at most 1024 characters, if the agent or its end says so. */
  readonly reason?: string;
  /** The signal that ended the agent, such as `SIGSEGV`. */
  readonly signal?: string;
  /** The code with which the agent's program ended, before it became `rc`. */
  readonly exitCode?: number;
  /** Milliseconds that the agent's program ran. */
  readonly runMs?: number;
  /** Score of this instance of a promotable clone, if the agent tells one; null: it has none. */
  readonly promotion?: number | null;
  /** A secret of the resource is missing or wrong on this node, so nothing was started. */
  readonly noSecrets?: boolean;
}

/** What an operation would start; the reason if it would start nothing. */
export type RaPreparation =
  | {
    /** Absolute path. */
    readonly program: string;
    readonly args: readonly string[];
    /** The whole environment, but for marks that differ each time. */
    readonly environment: Readonly<Record<string, string>>;
  }
  | { readonly why: string };

/** The methods of a class of agents. */
export interface Ra {
  /** Every agent of the class on this machine. */
  list(): Promise<readonly AgentRef[]> | readonly AgentRef[];
  /** The agent's OCF 1.1 meta-data, as XML. */
  describe(agent: AgentRef): Promise<string> | string;
  /** Runs one operation to its end. Never rejects because of the agent: its failure is a result. */
  run(operation: RaOperation): Promise<RaResult>;
  /** What `run` would start, for a person to see. A class that starts no programs of others has none. */
  prepare?(operation: RaOperation): Promise<RaPreparation> | RaPreparation;
  /**
   * Ends such an operation, if it runs, with all that it has started: another operation has made it
   * void. `run` returns then; its result is not used. A class without this method lets it go on.
   */
  end?(operation: RaRunning): Promise<void> | void;
  /** Ends all running operations. Started services continue. */
  close(): void | Promise<void>;
}
