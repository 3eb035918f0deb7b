/**
 * What is known of the trouble that plugins tell of.
 *
 * @module
 */

/** What is known of the trouble of one plugin's instance. */
export interface Trouble {
  toldAt: number;
  /** How many were kept back since. */
  kept: number;
}
