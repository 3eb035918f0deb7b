/**
 * How many operations of agents a node runs at once, if its configuration does not say.
 *
 * Agents mostly wait: for a disk, a socket, a lock. Twice the cores, as Pacemaker has it, keeps the
 * cores busy and lets heartbeat, which has one of them, have it in time.
 *
 * @module
 */

/** As many operations at most, however many cores there are: the bound of the configuration. */
const operationsMax = 256;

/** Operations at once on a machine with so many cores. */
export const operationsFor = (cores: number): number =>
  Math.min(operationsMax, 2 * Math.max(1, Math.floor(cores) || 1));
