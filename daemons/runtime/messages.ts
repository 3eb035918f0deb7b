/**
 * What machines say to each other across daemons, as one closed union.
 *
 * Messages are JSON: they travel through a queue, a Unix socket or the heartbeat layer, and the
 * sender does not know which. Messages that only one kind of machine sends to its own kind on
 * other nodes are opaque here (`peer`): their union stands in that daemon's folder.
 *
 * @module
 */
import type { RefusalKind } from "./refusal_kind.ts";
import type { Standing, TransitionAction, TransitionGraph } from "./transition.ts";

/** What an event of the cluster is about. */
export type EventKind =
  | "node"
  | "fencing"
  | "resource"
  | "attribute"
  | "quorum"
  | "configuration"
  | "alert";

/** Something that happened in the cluster, as one node has seen it. */
export interface ClusterEvent {
  /** Rises with each event that this node has kept. */
  readonly sequence: number;
  /** Milliseconds since 1970, by this node's wall clock. */
  readonly wallMs: number;
  readonly kind: EventKind;
  /** The node concerned: the member, the target, where an operation ran. */
  readonly node?: string;
  readonly resource?: string;
  /** One line. */
  readonly what: string;
  /** The cause, as far as it is known. */
  readonly why?: string;
  /** Details by name; those that Pacemaker gives to alert agents have its names without `CRM_alert_`. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Which events an alert is called for. */
export interface AlertSelection {
  readonly nodes: boolean;
  readonly fencing: boolean;
  readonly resources: boolean;
  /** Absent: none. Empty: every attribute. */
  readonly attributes?: readonly string[];
}

/** Whom an alert is for. */
export interface AlertRecipient {
  /** Empty: the alert has no recipient, and is called once. */
  readonly id: string;
  readonly value: string;
  readonly timeoutMs: number;
  readonly timestampFormat?: string;
  /** Instance attributes of the alert, and of the recipient over them. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** An alert of the CIB. */
export interface AlertConfig {
  readonly id: string;
  /** An absolute path: a program. Otherwise a plugin of kind `notifier`. */
  readonly path: string;
  readonly select: AlertSelection;
  readonly recipients: readonly AlertRecipient[];
}

/** What came of a test of one recipient. */
export interface AlertTested {
  readonly recipient: string;
  readonly ok: boolean;
  readonly tookMs: number;
  /** Why it failed. */
  readonly error?: string;
}

/** A value that survives JSON. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** State of a node as heartbeat knows it. */
export type NodeStatus = "init" | "up" | "active" | "dead" | "ping";

/** One node in `connectivity`. */
export interface NodeConnectivity {
  readonly name: string;
  readonly kind: "normal" | "ping";
  readonly status: NodeStatus;
  /** Rises with each start of that node's heartbeat. */
  readonly generation: number;
  readonly links: readonly { readonly name: string; readonly up: boolean }[];
  /** Why no message passes between it and this node: they speak no version in common. */
  readonly incompatible?: string;
}

/** A membership: who agrees with whom that they all hear each other. */
export interface View {
  /** Rises with every view, over restarts too. The same epoch means the same members everywhere. */
  readonly epoch: number;
  /** In order of seniority: the first is the coordinator (DC). */
  readonly members: readonly ViewMember[];
  readonly quorate: boolean;
  /** Names of the nodes whose votes count, sorted; a view without quorum says what it knows of them. */
  readonly electorate: readonly string[];
}

/** One member of a view. */
export interface ViewMember {
  readonly node: string;
  /** Rises with each start of that node's membership daemon. */
  readonly incarnation: number;
  /** Epoch of the first view of this unbroken membership. */
  readonly bornOn: number;
}

/** The CIB's version triple, compared in this order. */
export interface CibVersion {
  readonly adminEpoch: number;
  readonly epoch: number;
  readonly numUpdates: number;
}

/** A change of the configuration that was made. */
export interface PastChange {
  /** The version that it made. */
  readonly version: CibVersion;
  /** ISO 8601, as who made it had it. */
  readonly at?: string;
  /** Who made it, as that person's command says; absent: a daemon, or a program that does not say. */
  readonly user?: string;
  readonly command?: string;
  readonly reason?: string;
  readonly changes?: readonly CibChange[];
  /** What takes it back. */
  readonly inverse?: readonly CibChange[];
  /** Why the rest is missing: it is too large, or this node was away. */
  readonly left?: "too large" | "away";
}

/**
 * One change of the CIB. `path` names an element from the root: `/cib/status/node_state[@id='n1']`;
 * each step is a tag with at most one `[@id='...']`.
 */
export type CibChange =
  /** Adds `xml` as a child of `path`, at `position` or last; one with its tag and id is replaced. */
  | {
    readonly op: "create";
    readonly path: string;
    readonly xml: string;
    readonly position?: number;
  }
  /** Sets and unsets attributes of the element at `path`. */
  | {
    readonly op: "modify";
    readonly path: string;
    readonly set?: Readonly<Record<string, string>>;
    readonly unset?: readonly string[];
  }
  /** Removes the element at `path`; nothing happens if there is none. */
  | { readonly op: "delete"; readonly path: string }
  /** Puts `xml` in the place of the element at `path`. */
  | { readonly op: "replace"; readonly path: string; readonly xml: string };

/** Which agent a resource is run by. */
export interface AgentName {
  /** `ocf`, `lsb`, `deno`, `stonith`, ... : the kind `ra` has a plugin of this name. */
  readonly class: string;
  readonly provider?: string;
  readonly type: string;
}

/** An operation that the local resource manager is to carry out. */
export interface LrmOperation {
  readonly resource: string;
  readonly agent: AgentName;
  /** `start`, `stop`, `monitor`, `promote`, `demote`, `notify`, `migrate_to`, `reload-agent`, ... */
  readonly action: string;
  /** 0: once. Otherwise a recurring operation, in milliseconds. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startDelayMs: number;
  /** Parameters as the agent is to see them, `CRM_meta_*` among them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Opaque text of the transition engine, kept with the result. */
  readonly transitionKey: string;
}

/** How an operation ended. Result codes are those of OCF. */
export interface LrmResult {
  readonly operation: LrmOperation;
  /** Rises with each operation of this local resource manager. */
  readonly callId: number;
  /** OCF result code: 0 ok, 1 error, ... 7 not running, 8 promoted. */
  readonly rc: number;
  /** Pacemaker's numbering: 0 done, 1 cancelled, 2 timeout, 3 not supported, 4 error. */
  readonly status: number;
  readonly execMs: number;
  readonly queueMs: number;
  /** Seconds since 1970, by this node's wall clock. */
  readonly lastRunS: number;
  readonly lastChangeS: number;
  /** What the agent said, shortened. */
  readonly output: string;
  /** Why it failed, if the agent or its end gives a reason. */
  readonly reason?: string;
}

/** How long an attribute of a node holds: for one life of the node, or in its configuration. */
export type AttributeLifetime = "reboot" | "forever" | "utilization";

/** A change of one attribute of a node. */
export interface AttributeUpdate {
  /** `both`: value and dampening. `dampen`: the dampening alone. */
  readonly change: "set" | "both" | "dampen" | "delete";
  readonly name: string;
  readonly lifetime: AttributeLifetime;
  /** `value++` and `value+=N` add to the value before. */
  readonly value?: string;
  /** Absent: this node. */
  readonly node?: string;
  /** Milliseconds in which further changes are gathered before the CIB gets the value. */
  readonly dampenMs?: number;
  /** Id of the set that holds it in the CIB; absent: the usual one. */
  readonly set?: string;
  /** It never gets into the CIB. Counts when the attribute is new. */
  readonly private?: boolean;
}

/** Why an attribute was not changed: what the asker may do about it follows from it. */
export type AttributeRefusal =
  | "refused"
  | "no such node"
  | "no such attribute"
  | "busy"
  | "timeout";

/** An attribute of a node. */
export interface AttributeValue {
  readonly node: string;
  readonly name: string;
  readonly value: string;
  readonly set?: string;
  readonly private?: boolean;
}

/** What one machine says to another. */
export type Message =
  /** On its way: the bytes of its JSON, which its receiver's driver reads. */
  | { readonly type: "unread"; readonly json: Uint8Array<ArrayBufferLike> }
  // heartbeat
  /** Asks for `connectivity`, now and at each change. */
  | { readonly type: "heartbeat/subscribe" }
  | {
    readonly type: "heartbeat/connectivity";
    readonly node: string;
    readonly nodes: readonly NodeConnectivity[];
    /** Nodes that are heard, have the key, name this cluster, and are not among its nodes. */
    readonly strangers?: readonly string[];
    /** Nodes that are heard, strangers too, and say that a cluster of this name has been founded. */
    readonly founded?: readonly string[];
  }
  /** This node is of a cluster that has been founded: others are to hear of it. */
  | { readonly type: "heartbeat/founded" }
  /** Asks for `heartbeat/presence`, now and at each change. */
  | { readonly type: "heartbeat/watch" }
  /** The clients that are signed on under a name, on every node, as far as this node has heard. */
  | {
    readonly type: "heartbeat/presence";
    readonly clients: readonly { readonly node: string; readonly client: string }[];
  }
  /** Asks for a parameter by its name in `ha.cf`; answered by `heartbeat/value`. */
  | { readonly type: "heartbeat/parameter"; readonly id: string; readonly name: string }
  | { readonly type: "heartbeat/value"; readonly id: string; readonly value?: string }
  /** An operator changes the nodes of the running cluster; answered by `heartbeat/changed`. */
  | {
    readonly type: "heartbeat/change";
    readonly id: string;
    readonly change:
      | { readonly change: "add" | "remove"; readonly nodes: readonly string[] }
      | { readonly change: "weight"; readonly node: string; readonly weight: number }
      | { readonly change: "site"; readonly node: string; readonly site: string };
  }
  | {
    readonly type: "heartbeat/changed";
    readonly id: string;
    readonly ok: boolean;
    /** Why it was not made. */
    readonly error?: string;
  }
  /** From the driver: carry this to another node, or with `*` to every other node. */
  | {
    readonly type: "heartbeat/forward";
    readonly to: { readonly node: string; readonly service: string };
    readonly from: { readonly service: string };
    readonly body: Message;
  }
  /** To the driver: another node's machine said this; the receiver sees that machine as `from`. */
  | {
    readonly type: "heartbeat/deliver";
    readonly from: { readonly node: string; readonly service: string };
    readonly body: Message;
  }
  // ccm
  /** Asks for `view`, now if there is one and at each change. */
  | { readonly type: "ccm/subscribe" }
  | { readonly type: "ccm/view"; readonly view: View }
  /** This node is in no view any more: it must not act for the cluster. */
  | { readonly type: "ccm/evicted" }
  /** From a service that nodes must be in step with: all members of this view are, on disk. */
  | { readonly type: "ccm/settled"; readonly view: number }
  /** The coordinator has waited too long for a member of a view, or a member for it, and for what. */
  | {
    readonly type: "ccm/withholds";
    readonly view: number;
    readonly node: string;
    readonly what: string;
  }
  /** An operator has the nodes of a view without quorum go on without the others (`ha cluster recover`). */
  | { readonly type: "ccm/recover"; readonly id: string; readonly view: number }
  /** Whether it is taken, and why not. */
  | { readonly type: "ccm/recovering"; readonly id: string; readonly refused?: string }
  /** Another member of a view sees that its coordinator decides nothing: does it answer this node? */
  | { readonly type: "ccm/doubted"; readonly view: number; readonly node: string }
  // cib
  /** Asks for `cib/changed` at each change. */
  | { readonly type: "cib/subscribe" }
  | {
    readonly type: "cib/changed";
    readonly version: CibVersion;
    readonly changes: readonly CibChange[];
    /** The whole document was replaced: ask again. */
    readonly replaced: boolean;
  }
  | { readonly type: "cib/query"; readonly id: string }
  | {
    readonly type: "cib/document";
    readonly id: string;
    readonly version: CibVersion;
    /** As far as the one who asked may read it. */
    readonly xml: string;
    /** Why that is nothing. */
    readonly denied?: string;
  }
  /** Asks the coordinator's copy, through the local one, for changes that take effect together. */
  | { readonly type: "cib/apply"; readonly id: string; readonly changes: readonly CibChange[] }
  | {
    readonly type: "cib/applied";
    readonly id: string;
    readonly ok: boolean;
    readonly version?: CibVersion;
    readonly error?: string;
    /** It was not acknowledged, and nobody knows as yet whether it takes effect later. */
    readonly unknown?: boolean;
    /** What of the change has no effect, a line each. */
    readonly warnings?: readonly string[];
  }
  // pengine
  | {
    readonly type: "pengine/schedule";
    readonly id: string;
    readonly cib: string;
    /** Seconds since 1970. */
    readonly nowS: number;
  }
  | {
    readonly type: "pengine/transition";
    readonly id: string;
    readonly graph?: TransitionGraph;
    /** What is wrong with the CIB although it can be used, a line each. */
    readonly findings?: readonly string[];
    /** Which half is the more important one; absent: it does not matter. */
    readonly standing?: Standing;
    readonly error?: string;
    /** It computed for too long, or broke: another trial may cost as much. */
    readonly hung?: boolean;
  }
  // lrmd: spoken between a node's crmd and its lrmd
  | { readonly type: "lrm/execute"; readonly id: string; readonly operation: LrmOperation }
  /** The answer to `lrm/execute` (with its id), and what a recurring operation found (without). */
  | { readonly type: "lrm/result"; readonly id?: string; readonly result: LrmResult }
  | {
    readonly type: "lrm/cancel";
    readonly id: string;
    readonly resource: string;
    readonly action: string;
    readonly intervalMs: number;
  }
  | { readonly type: "lrm/cancelled"; readonly id: string; readonly found: boolean }
  /** Forgets a resource: its history and its recurring operations. */
  | { readonly type: "lrm/forget"; readonly id: string; readonly resource: string }
  | { readonly type: "lrm/forgotten"; readonly id: string }
  | { readonly type: "lrm/query"; readonly id: string }
  /** To a local resource manager that has just begun: what the one before it had done and repeated. */
  | { readonly type: "lrm/restore"; readonly results: readonly LrmResult[] }
  /** All that this local resource manager has done and still knows: last result per operation key. */
  | { readonly type: "lrm/state"; readonly id: string; readonly results: readonly LrmResult[] }
  /** From the cib or the crmd: what does this agent say of itself? */
  | { readonly type: "lrm/describe"; readonly id: string; readonly agent: AgentName }
  /** The agent's meta-data as XML; absent: this node does not know the agent, or cannot ask it. */
  | { readonly type: "lrm/described"; readonly id: string; readonly metaData?: string }
  // stonithd: asked by tengine of its own node's stonithd
  | {
    readonly type: "fence/request";
    readonly id: string;
    readonly target: string;
    /**
     * The life of the target that is to be ended, if the requester knows it; a later one is not.
     */
    readonly incarnation?: number;
    readonly action: "off" | "reboot" | "on";
    readonly timeoutMs: number;
    /** Milliseconds for which no device is to begin: the side of the more important node may win. */
    readonly delayMs?: number;
    /** Why, in the requester's words: for the history. */
    readonly reason?: string;
  }
  /** The request takes longer than asked for, as delays and timeouts of its devices are longer. */
  | { readonly type: "fence/underway"; readonly id: string; readonly timeoutMs: number }
  /** A person says that a node is off; `by`: who. Answered by `fence/result`. */
  | {
    readonly type: "fence/confirm";
    readonly id: string;
    readonly target: string;
    readonly by: string;
  }
  /** Asks every device of every node whether it could fence now. */
  | { readonly type: "fence/survey"; readonly id: string }
  | {
    readonly type: "fence/surveyed";
    readonly id: string;
    /** Nodes that have not answered. */
    readonly silent: readonly string[];
    readonly nodes: readonly {
      readonly node: string;
      readonly devices: readonly {
        readonly device: string;
        readonly ok: boolean;
        readonly detail: string;
        readonly tookMs: number;
        readonly hosts: readonly string[];
      }[];
    }[];
  }
  | {
    readonly type: "fence/result";
    readonly id: string;
    readonly target: string;
    readonly action: "off" | "reboot" | "on";
    readonly ok: boolean;
    /** The node that carried it out; never the target. */
    readonly delegate?: string;
    readonly error?: string;
  }
  /** Asks for `fence/happened` at the end of each request that is carried out or asked for here. */
  | { readonly type: "fence/subscribe" }
  | {
    readonly type: "fence/happened";
    readonly target: string;
    readonly action: "off" | "reboot" | "on";
    readonly ok: boolean;
    readonly delegate: string;
    readonly detail: string;
    readonly tookMs: number;
    /** The life of the target that was ended, if it was ever seen. */
    readonly incarnation?: number;
    /** The devices that confirmed it, if that is known. */
    readonly device?: string;
    /** The node on which it was asked for first. */
    readonly origin?: string;
    /** What asked for it there: `tengine`, or a client; absent: another node knows. */
    readonly client?: string;
  }
  /** From lrmd: is the device that this stonith resource configures usable now? */
  | { readonly type: "fence/check"; readonly id: string; readonly device: string }
  | {
    readonly type: "fence/checked";
    readonly id: string;
    readonly ok: boolean;
    readonly detail: string;
  }
  /** From the cib: which parameters does a fencing device of this type take? */
  | { readonly type: "fence/describe"; readonly id: string; readonly device: string }
  /** Its meta-data as XML; absent: this node does not know it. */
  | { readonly type: "fence/described"; readonly id: string; readonly metaData?: string }
  // tengine: asked by crmd of the same node
  | {
    readonly type: "tengine/run";
    readonly graph: TransitionGraph;
    /** Epoch of the view in which it was asked for: orders of an older view are refused. */
    readonly view: number;
    /** The CIB that it was computed from: if more has changed since, it is not begun. */
    readonly version: CibVersion;
  }
  | { readonly type: "tengine/abort"; readonly why: string }
  | {
    readonly type: "tengine/done";
    readonly transitionId: number;
    readonly complete: boolean;
    readonly why: string;
    /** A node was to be fenced and could not be: the next attempt had better wait a little. */
    readonly fencingFailed?: boolean;
  }
  // crmd: asked by the coordinator's tengine of the crmd of the node that is to act
  | {
    readonly type: "crmd/perform";
    /** Epoch of the view in which the order is given. */
    readonly view: number;
    /** Transition key of the action: `action:transition:target-rc:uuid`. */
    readonly key: string;
    readonly action: TransitionAction;
  }
  /** A device has confirmed that this node is dead: asked by tengine of its own node's crmd. */
  | {
    readonly type: "crmd/fenced";
    readonly key: string;
    readonly node: string;
    /** The incarnation that was to be fenced, as the CIB had it; a later one is another life. */
    readonly incarnation?: string;
  }
  /**
   * The answer, where the result of an operation in the CIB is not the answer already: done and, if
   * the CIB had to change, acknowledged; or refused.
   */
  | {
    readonly type: "crmd/performed";
    readonly key: string;
    readonly ok: boolean;
    readonly error?: string;
  }
  // attrd: attributes of nodes
  /** Answered by `attrd/updated` when the change survives a restart of the daemon. */
  | { readonly type: "attrd/update"; readonly id: string; readonly update: AttributeUpdate }
  /** Drops all attributes of one life of a node; absent: of this node. */
  | { readonly type: "attrd/clear"; readonly id: string; readonly node?: string }
  | {
    readonly type: "attrd/updated";
    readonly id: string;
    readonly ok: boolean;
    readonly error?: string;
    readonly why?: AttributeRefusal;
  }
  | {
    readonly type: "attrd/query";
    readonly id: string;
    readonly lifetime: AttributeLifetime;
    /** Absent: all of them. */
    readonly name?: string;
    /** Absent: this node; `*`: every node. */
    readonly node?: string;
  }
  | {
    readonly type: "attrd/values";
    readonly id: string;
    /** The node that answers. */
    readonly node: string;
    readonly values: readonly AttributeValue[];
  }
  // history: what the configuration was changed by
  | {
    readonly type: "history/query";
    readonly id: string;
    /** Only the change that made this epoch, with what it changed; absent: all, without that. */
    readonly epoch?: number;
  }
  | {
    readonly type: "history/answer";
    readonly id: string;
    /** The newest first. */
    readonly changes: readonly PastChange[];
  }
  // logd: the levels up to which lines are wanted
  | {
    readonly type: "logd/level";
    readonly id: string;
    /** The level from now on; absent: only asks. */
    readonly level?: "crit" | "err" | "warning" | "notice" | "info" | "debug";
    /** Of this service; absent: of all. */
    readonly service?: string;
  }
  | {
    readonly type: "logd/levels";
    readonly id: string;
    /** Severities of syslog: of all, and of services that have another one. */
    readonly all: number;
    readonly of: Readonly<Record<string, number>>;
  }
  // events: what happened in the cluster
  /** Asks for the events that are kept, oldest first; of many, the newest ones. */
  | {
    readonly type: "events/query";
    readonly id: string;
    /** Only later ones than this sequence number: from the oldest, so that a follower misses none. */
    readonly after?: number;
    /** Milliseconds since 1970. */
    readonly sinceMs?: number;
    readonly kind?: EventKind;
    readonly node?: string;
    readonly resource?: string;
    readonly limit?: number;
  }
  | {
    readonly type: "events/answer";
    readonly id: string;
    readonly events: readonly ClusterEvent[];
    /** Sequence number of the last event that was looked at. */
    readonly last: number;
  }
  // alerts: events that notifiers are called for
  /** From the events of this node: the alerts of the CIB as they are now. */
  | { readonly type: "alerts/configure"; readonly alerts: readonly AlertConfig[] }
  /** From the events of this node: alerts are to be called for it here. */
  | { readonly type: "alerts/event"; readonly event: ClusterEvent }
  /** To the events of this node: what did not reach a recipient, since the last report of it. */
  | {
    readonly type: "alerts/report";
    readonly alert: string;
    readonly recipient: string;
    readonly dropped: number;
    readonly failed: number;
    readonly why: string;
  }
  /** Sends one test through the queue of each recipient of an alert, or of one. */
  | {
    readonly type: "alerts/test";
    readonly id: string;
    readonly alert: string;
    readonly recipient?: string;
  }
  | {
    readonly type: "alerts/tested";
    readonly id: string;
    readonly results: readonly AlertTested[];
    /** Why there is nothing to test. */
    readonly error?: string;
  }
  // status, for faces
  | { readonly type: "status/query"; readonly id: string }
  | { readonly type: "status/answer"; readonly id: string; readonly status: Json }
  /** To a program that asked: its request was not taken, and no other answer comes. */
  | {
    readonly type: "refused";
    /** That of the request; absent: it has none that can be seen. */
    readonly id?: string;
    /** Its type, as far as it can be read. */
    readonly request: string;
    readonly kind: RefusalKind;
    /** Why, with a code and a fix. */
    readonly error: string;
  }
  /** Between machines of one service on different nodes; that daemon's folder knows the union. */
  | { readonly type: "peer"; readonly body: Json };
