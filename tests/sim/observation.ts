/**
 * The world's view of its nodes: the facts that checkers judge by. It contains no claim of a daemon
 * about itself; a message is in it because it was sent, not because it is true.
 *
 * @module
 */
import type { Address } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";

/** Something that happened in the world. */
export type Observation =
  /** Power came. `boot` rises with each start of the node. */
  | { readonly type: "booted"; readonly node: string; readonly boot: number }
  /** Power went: processes and resources are gone. */
  | { readonly type: "crashed"; readonly node: string; readonly boot: number; readonly why: string }
  /** A process with these services came, or is gone. */
  | {
    readonly type: "process up" | "process down";
    readonly node: string;
    readonly process: string;
    readonly services: readonly string[];
    /** With what code it ended, if it ended by itself. */
    readonly code?: number;
  }
  /** The parent of a node's daemons starts one of them, which loads its code first. */
  | { readonly type: "process begins"; readonly node: string; readonly process: string }
  /** It asks one of them to end cleanly: the node is stopped, or given up. */
  | { readonly type: "process stopping"; readonly node: string; readonly process: string }
  /** One process stands still while the others go on, or goes on itself. */
  | {
    readonly type: "process hung" | "process resumed";
    readonly node: string;
    readonly process: string;
    readonly services: readonly string[];
  }
  /** A node's processes stand still, or go on. */
  | { readonly type: "paused"; readonly node: string }
  /** It is asked to end cleanly. */
  | { readonly type: "stopping"; readonly node: string }
  | { readonly type: "resumed"; readonly node: string }
  /** A machine's `send` left it: everything that it had saved before is on disk. */
  | {
    readonly type: "sent";
    readonly node: string;
    readonly service: string;
    readonly to: Address;
    readonly message: Message;
  }
  /** A message reached a machine. */
  | {
    readonly type: "received";
    readonly node: string;
    readonly service: string;
    readonly from: Address & { readonly node: string };
    readonly message: Message;
  }
  /** A resource runs on a node from now on, or no longer: by the process table. */
  | {
    readonly type: "active";
    readonly node: string;
    readonly boot: number;
    readonly resource: string;
    /** One of several instances, which may run on several nodes. */
    readonly cloned?: true;
  }
  /** It has the promoted role from now on, or no longer. */
  | {
    readonly type: "promoted" | "demoted";
    readonly node: string;
    readonly boot: number;
    readonly resource: string;
  }
  | {
    readonly type: "inactive";
    readonly node: string;
    readonly boot: number;
    readonly resource: string;
    /** `died`: by itself or with its node, not by a stop. */
    readonly how: "stopped" | "died";
  }
  /** An agent begins an operation, or ends it. */
  | {
    readonly type: "operation";
    readonly node: string;
    readonly boot: number;
    readonly resource: string;
    readonly action: string;
    /** 0: once. */
    readonly intervalMs: number;
    readonly phase: "begins" | "ends";
    readonly rc?: number;
    /** Of a notification: `pre` or `post`, a blank, and the action. */
    readonly notifies?: string;
  }
  /**
   * A fencing device was asked. After `patienceUs` of the world's time the asker takes its silence for
   * a failure, and hears no later answer.
   */
  | {
    readonly type: "fence asked";
    readonly node: string;
    readonly device: string;
    readonly target: string;
    readonly boot: number;
    readonly action: string;
    readonly patienceUs: number;
  }
  /**
   * A device reported to the requesting node's process that the target is off. `boot` is the one it
   * ended.
   */
  | {
    readonly type: "fence confirmed";
    readonly node: string;
    readonly device: string;
    readonly target: string;
    readonly boot: number;
  }
  | {
    /** `ignored`: the device did nothing and says nothing. */
    readonly type: "fence failed" | "fence ignored";
    readonly node: string;
    readonly device: string;
    readonly target: string;
    readonly boot: number;
  }
  /** A device has switched a node on, for what it guards or for its power. */
  | {
    readonly type: "switched on";
    readonly node: string;
    readonly device: string;
    readonly target: string;
    readonly boot: number;
  }
  /** A program at the local API of a node's heartbeat sent a number to those on the other nodes. */
  | { readonly type: "client sent"; readonly node: string; readonly number: number }
  /** Such a number reached the program of another node. */
  | {
    readonly type: "client received";
    readonly node: string;
    readonly from: string;
    /** Of the sender's heartbeat, as the message says. */
    readonly generation: number;
    readonly number: number;
    readonly word: string;
  }
  /** A node gave a packet to a link. */
  | { readonly type: "packet"; readonly node: string; readonly bytes: Uint8Array }
  /** A file of a node that is off was changed; `stale`: it is what it was before, whole. */
  | {
    readonly type: "disk damaged";
    readonly node: string;
    readonly key: string;
    readonly how: "flipped" | "truncated" | "torn" | "stale";
  }
  /** The nemesis did something. */
  | { readonly type: "fault"; readonly text: string }
  /** Time without faults begins, or ends. */
  | { readonly type: "calm"; readonly on: boolean }
  /** A machine logged. */
  | {
    readonly type: "log";
    readonly node: string;
    readonly service: string;
    readonly level: string;
    readonly text: string;
  };

/** Judges the world. */
export interface Checker {
  /** Identifiers of the invariants it watches. */
  readonly watches: readonly string[];
  /** How often it had something to judge, so that a check that never happens is seen. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Looks at everything that happens; calls `fail` where an invariant is broken. */
  observe(observation: Observation, nowUs: number): void;
}

/** Reports a broken invariant: `MEM1`, and what was seen. */
export type Fail = (invariant: string, text: string) => void;
