/**
 * Operations as they are configured, and what their digests say of changes.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import type { Role } from "./role.ts";

/** One `<op>` of a resource. */
export interface OperationDef {
  readonly element: XmlElement;
  readonly id: string;
  readonly name: string;
  readonly intervalMs: number;
  /** Role as written on the `<op>` element. */
  readonly role?: Role;
  readonly enabled: boolean;
}

/** What a failed operation leads to. */
export type OnFail =
  | "ignore"
  | "block"
  | "demote"
  | "recover"
  | "ban"
  | "stop"
  | "standby"
  | "fence"
  | "restart-container"
  | "reset-remote";

/** What an action needs before it may run. */
export type Needs = "nothing" | "quorum" | "fencing";

/** Meta-attributes and meaning of one operation of one resource, all sources merged. */
export interface OperationOptions {
  /** Merged meta-attributes (op element, its meta_attributes, op_defaults), `timeout` in ms as decimal text. */
  readonly meta: Map<string, string>;
  /** Instance attributes of the operation, given to the agent beside those of the resource. */
  readonly extra: Map<string, string>;
  readonly timeoutMs: number;
  readonly startDelayMs: number;
  readonly intervalMs: number;
  readonly needs: Needs;
  readonly onFail: OnFail;
  /** Role after a failure. */
  readonly failRole: Role;
}

/** How two digests compare. */
export interface DigestResult {
  /** `match`, `restart` (a parameter that needs a restart), `reload`, `unknown` (nothing recorded). */
  readonly result: "match" | "restart" | "reload" | "unknown";
  readonly all: string;
  readonly restart?: string;
  readonly secure?: string;
}
