/**
 * Notifications: what instances of a clone are told before and after an action.
 *
 * @module
 */
import type { Action } from "./action.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";

/** Notifications around one task of a clone. */
export interface Notification {
  readonly action: string;
  readonly keys: Map<string, string>;
  readonly active: NotificationEntry[];
  readonly inactive: NotificationEntry[];
  readonly start: NotificationEntry[];
  readonly stop: NotificationEntry[];
  readonly demote: NotificationEntry[];
  readonly promote: NotificationEntry[];
  readonly promoted: NotificationEntry[];
  readonly unpromoted: NotificationEntry[];
  pre?: Action;
  post?: Action;
  preDone?: Action;
  postDone?: Action;
}

/** An instance and where it is. */
export interface NotificationEntry {
  readonly resource: Resource;
  readonly node: Node | undefined;
}
