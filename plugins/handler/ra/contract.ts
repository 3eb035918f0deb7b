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
   * 6 not configured, 7 not running, 8 promoted, 9 failed promoted.
   */
  readonly rc: number;
  /** The agent exceeded its timeout and was killed, with all that it had started. */
  readonly timedOut: boolean;
  /** The end of its output, at most 4096 characters, control characters replaced. */
  readonly output: string;
}

/** The methods of a class of agents. */
export interface Ra {
  /** Every agent of the class on this machine. */
  list(): Promise<readonly AgentRef[]> | readonly AgentRef[];
  /** The agent's OCF 1.1 meta-data, as XML. */
  describe(agent: AgentRef): Promise<string> | string;
  /** Runs one operation to its end. Never rejects because of the agent: its failure is a result. */
  run(operation: RaOperation): Promise<RaResult>;
  /**
   * Ends such an operation, if it runs, with all that it has started: another operation has made it
   * void. `run` returns then; its result is not used. A class without this method lets it go on.
   */
  end?(operation: RaRunning): Promise<void> | void;
  /** Ends all running operations. Started services continue. */
  close(): void | Promise<void>;
}
