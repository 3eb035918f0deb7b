/**
 * Tickets: the right to run something, which is granted or lost.
 *
 * @module
 */

/** What happens when a ticket is lost. */
export type LossPolicy = "stop" | "demote" | "fence" | "freeze";

/** A ticket. */
export interface Ticket {
  readonly id: string;
  granted: boolean;
  standby: boolean;
  lastGrantedS?: number;
  readonly state: Map<string, string>;
}
