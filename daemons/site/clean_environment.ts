/**
 * What a daemon inherits: variables with these names, and no other. `LD_PRELOAD`, `NODE_OPTIONS` or
 * `DENO_AUDIT_PERMISSIONS` of the user who starts a node change nothing in its daemons.
 *
 * @module
 */

/** Where Deno's cache is, the mark by which a node's processes are found, and the time zone. */
export const inherited: readonly string[] = [
  "HOME",
  "XDG_CACHE_HOME",
  "DENO_DIR",
  "HA_NODE",
  "NO_COLOR",
  "TZ",
];

/** Begins a script for `/bin/sh`: its programs are found where the system has them. */
export const systemPath = "PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH";

/** Words of a script for `/bin/sh` before a command that gets these variables alone. */
export const cleanly: string = [
  'env -i "PATH=$PATH"',
  ...inherited.map((name) => `\${${name}+"${name}=$${name}"}`),
].join(" ");
