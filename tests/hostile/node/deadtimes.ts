/** Keepalives of silence after which the node under attack would count as dead; the demo's. */
export const deadtimes = 5;
