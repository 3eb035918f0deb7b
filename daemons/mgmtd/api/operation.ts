/**
 * An operation on a cluster's configuration, as data and one pure function: the command line, remote
 * calls and a console are faces over the same table (`mod.ts`).
 *
 * An operation that changes something gets the CIB and gives the CIB as it should be. What the cluster
 * will do about it, the write, the wait and the history are the same for all of them.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { exit } from "../exit.ts";
import type { ClusterState } from "../status/cluster_state.ts";

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly type: "string" | "boolean";
  /** What stands for the value in help: `NODE`. */
  readonly value?: string;
  readonly summary: string;
  /** Given by its place on a command line, in the order of the table. */
  readonly positional?: "required" | "optional" | "rest" | "rest required";
  /** An option that may be given several times. */
  readonly multiple?: boolean;
}

/** Values of parameters, by name. */
export type Values = Readonly<Record<string, string | boolean | readonly string[]>>;

/** What an operation may know beside the CIB. */
export interface About {
  /** Seconds since 1970. */
  readonly nowS: number;
  /** What a CIB says of the cluster, as the policy engine reads it. */
  state(cib: XmlElement): ClusterState;
}

/** What is wrong: why nothing is done. */
export interface Problem {
  /** Which exit code it leads to. */
  readonly exit: keyof typeof exit;
  /** With its code and `Fix:`. */
  readonly text: string;
}

/** A change that was worked out. */
export interface Change {
  /** The document as it should be. */
  readonly cib: XmlElement;
  /** What it does, a sentence each. */
  readonly done: readonly string[];
  /**
   * Resources that the person named: others that stop because of it need a yes. Undefined: whatever
   * stops was wanted.
   */
  readonly named?: readonly string[];
  /**
   * Ids of elements that have served when the cluster has done what they ask for. Where somebody waits
   * for that, they are removed again, unless the cluster would undo it.
   */
  readonly temporary?: readonly string[];
}

/** What came of working out. */
export type Worked = Change | { readonly problems: readonly Problem[] };

/** What reading gives. */
export interface Answer {
  readonly text: readonly string[];
  /** The same as data. */
  readonly data: unknown;
}

interface Common {
  /** The words of the command: `["resource", "create"]`. Joined with dots, the name of the method. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly details?: string;
  readonly parameters: readonly Parameter[];
}

/** An operation that changes the configuration. Pure. */
export interface Changing extends Common {
  readonly effect: "change";
  change(cib: XmlElement, values: Values, about: About): Worked;
}

/** An operation that shows something of the CIB. Pure. */
export interface Reading extends Common {
  readonly effect: "read";
  read(
    cib: XmlElement,
    values: Values,
    about: About,
  ): Answer | { readonly problems: readonly Problem[] };
}

/** One operation. */
export type Operation = Changing | Reading;

/** A text parameter; undefined if it is not given. */
export const textOf = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
};

/** A parameter that may be given several times. */
export const listOf = (values: Values, name: string): readonly string[] => {
  const value = values[name];
  return typeof value === "object" ? value : typeof value === "string" ? [value] : [];
};

/** A switch. */
export const isOn = (values: Values, name: string): boolean => values[name] === true;
