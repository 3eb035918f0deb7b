/**
 * Orders: as they are configured, and between tasks before there are actions.
 *
 * @module
 */
import type { Action, Resource } from "./linked.ts";

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
  /** It says so itself; then only its ends are ordered with the sets beside it. */
  readonly linked: boolean;
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

/** An ordering between tasks, before it is applied to actions. */
export interface Ordering {
  readonly id: number;
  type: number;
  first: Action | undefined;
  firstResource: Resource | undefined;
  firstTask: string | undefined;
  then: Action | undefined;
  thenResource: Resource | undefined;
  thenTask: string | undefined;
}
