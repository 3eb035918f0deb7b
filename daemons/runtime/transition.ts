/**
 * What the policy engine gives: a transition graph, as our own type.
 *
 * A *transition* is a set of synapses. A *synapse* is one action together with the actions that
 * must have completed before it (its inputs). The transition engine walks the graph; the policy
 * engine's `graph/` writes it in the forms of the field. The terms are Pacemaker's (Pacemaker
 * Explained, 2.1).
 *
 * @module
 */

/** What sort of action it is: an agent's operation, the cluster's own, fencing, or a mark in time. */
export type ActionKind = "rsc_op" | "crm_event" | "pseudo_event";

/** How the nodes that are here compare with the lost ones, where `priority-fencing-delay` is set. */
export interface Standing {
  /** Milliseconds of `priority-fencing-delay`. */
  readonly delayMs: number;
  /** The priority of what runs here, compared with what runs there. */
  readonly side: "higher" | "lower" | "equal";
}

/** One action of a transition. */
export interface TransitionAction {
  /** Number within the transition, from 1. */
  readonly id: number;
  readonly kind: ActionKind;
  /** `start`, `stop`, `monitor`, `promote`, `notify`, `stonith`, `clear_failcount`, `all_stopped`... */
  readonly task: string;
  /** `resource_task_intervalMs`, as the graph and the status section name an operation. */
  readonly operationKey: string;
  /** The key with the instance number of an anonymous clone, where it differs from `operationKey`. */
  readonly internalOperationKey?: string;
  /** Name of the node it runs on; absent for pseudo events that belong to no node. */
  readonly onNode?: string;
  /** Id of that node in the CIB. */
  readonly onNodeUuid?: string;
  /** The cluster node that carries it out for a remote node. */
  readonly routerNode?: string;
  /** Present for `rsc_op`: which agent. */
  readonly resource?: {
    readonly id: string;
    /** The id with the instance number, if `id` is one of an anonymous clone. */
    readonly longId?: string;
    readonly class: string;
    readonly provider?: string;
    readonly type: string;
  };
  /**
   * Parameters of the agent, and those of the cluster under names that begin with `CRM_meta_`
   * (`CRM_meta_timeout`, `CRM_meta_interval`: milliseconds as decimal text).
   */
  readonly attributes: Readonly<Record<string, string>>;
  /** Nodes that will be down once this action has succeeded, by id. */
  readonly downed?: readonly string[];
  /** Nodes whose maintenance state this action tells the executor, by id. */
  readonly maintenance?: readonly { readonly id: string; readonly maintenance: string }[];
  /** Whether its failure may be ignored by what follows. */
  readonly canFail: boolean;
  /** `cib`: history is only cleaned up in the CIB, the executor of the node is not asked. */
  readonly mode?: "cib";
}

/** An action and what must be done before it. */
export interface Synapse {
  readonly id: number;
  /** Higher goes first among those that are ready. */
  readonly priority?: number;
  readonly action: TransitionAction;
  /** Ids of the actions that must have completed. */
  readonly inputs: readonly number[];
}

/** A whole transition. */
export interface TransitionGraph {
  readonly transitionId: number;
  readonly clusterDelayMs: number;
  readonly stonithTimeoutMs: number;
  /** The same two as the configuration spells them (`3m`), for a writer that must repeat that. */
  readonly spelling?: { readonly clusterDelay: string; readonly stonithTimeout: string };
  readonly failedStartOffset: string;
  readonly failedStopOffset: string;
  /** Actions under way at once at most; 0: no bound. */
  readonly batchLimit: number;
  /** Live migrations under way at once at most, on any one node; absent: no bound. */
  readonly migrationLimit?: number;
  /** Seconds since 1970 at which the policy should be computed again though nothing has happened. */
  readonly recheckBy?: number;
  readonly synapses: readonly Synapse[];
  /**
   * Actions that some synapse waits for and that cannot be done in this transition: what waits for
   * them is never begun.
   */
  readonly absent?: readonly TransitionAction[];
}
