/**
 * Constraints: location, colocation, order, tickets.
 *
 * @module
 */
import type { Node } from "./node.ts";
import type { Discovery, Resource } from "./resource.ts";
import type { Role } from "./role.ts";

/** Location, rules and dates already evaluated. */
export interface LocationConstraint {
  readonly id: string;
  readonly resource: Resource;
  /** Applies only to this role; unknown: to any. */
  readonly role: Role;
  readonly scores: Map<Node, number>;
  readonly discovery: Discovery;
}

/** Colocation of two resources; sets are already unfolded to pairs. */
export interface Colocation {
  readonly id: string;
  readonly dependent: Resource;
  readonly primary: Resource;
  readonly score: number;
  readonly dependentRole: Role;
  readonly primaryRole: Role;
  /** The node attribute that has to be equal; `#uname` by default. */
  readonly nodeAttribute: string;
  /** Whether the dependent's preferences move the primary. */
  readonly influence: boolean;
  /** Configured, rather than following from what the resources are. */
  readonly explicit: boolean;
}

/** Order of two resources. */
export interface OrderPair {
  readonly type: "pair";
  readonly id: string;
  readonly first: Resource;
  readonly then: Resource;
  readonly firstAction: string;
  readonly thenAction: string;
  readonly kind: OrderKind;
  /** As written; undefined if not, since the default depends on the kind. */
  readonly symmetrical: boolean;
  readonly requireAll: boolean;
  /** Instance numbers given with the deprecated `first-instance`, `then-instance`. */
  readonly firstInstance?: string;
  readonly thenInstance?: string;
}

/** How strict an order is. */
export type OrderKind = "mandatory" | "optional" | "serialize";

/** One `<resource_set>` of an order. */
export interface OrderSet {
  readonly id: string;
  readonly resources: readonly Resource[];
  readonly sequential: boolean;
  readonly requireAll: boolean;
  readonly action: string;
  readonly kind: OrderKind;
  readonly symmetrical: boolean;
}

/** Order of sets. */
export interface OrderSets {
  readonly type: "sets";
  readonly id: string;
  readonly kind: OrderKind;
  readonly symmetrical: boolean;
  readonly sets: readonly OrderSet[];
}

/** An order constraint as configured. */
export type OrderConstraint = OrderPair | OrderSets;

/** What happens when a ticket is lost. */
export type LossPolicy = "stop" | "demote" | "fence" | "freeze";

/** A resource that depends on a ticket; sets are already unfolded. */
export interface TicketConstraint {
  readonly id: string;
  readonly ticket: Ticket;
  readonly resource: Resource;
  readonly role: Role;
  readonly lossPolicy: LossPolicy;
}

/** A ticket. */
export interface Ticket {
  readonly id: string;
  granted: boolean;
  standby: boolean;
  lastGrantedS?: number;
  readonly state: Map<string, string>;
}
