/**
 * The problems that plugins have reported.
 *
 * @module
 */

/** The problems of one plugin's instance. */
export interface Trouble {
  toldAt: number;
  /** How many were kept back since. */
  kept: number;
}
