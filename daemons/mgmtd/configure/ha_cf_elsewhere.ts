/**
 * Directives of `ha.cf` that are not imported, and why: their place is elsewhere, their work is done in
 * any case, or there is one choice here.
 *
 * @module
 */

/** Directives that are not read, and what takes their place. */
export const elsewhere: Readonly<Record<string, string>> = {
  hbaping: "medium/disk_ping reads from a disk: write it, with the disk, under pings",
  crm: "there is always a cluster resource manager",
  pacemaker: "there is always a cluster resource manager",
  auto_failback: "resource-stickiness in the CIB",
  nice_failback: "resource-stickiness in the CIB",
  stonith: "a stonith resource in the CIB",
  stonith_host: "a stonith resource in the CIB",
  respawn: "the recovery manager, or a resource in the CIB",
  failfast: "the recovery manager, or a resource in the CIB",
  realtime: "tick of the node configuration",
  rtprio: "tick of the node configuration; the priority of realtime is 10",
  logfacility: "outputs in log of the node configuration",
  logfile: "outputs in log of the node configuration",
  debugfile: "outputs in log of the node configuration",
  debug: "loglevel of the node configuration",
  use_logd: "log of the node configuration, which --logd FILE of this command imports from logd.cf",
  cluster: "--cluster of this command",
  env: "the environment of the daemons",
  use_apphbd: "apphbd watches by itself",
  quorum_server: "the quorum plugins",
  crm_daemon_dir: "there is always a cluster resource manager",
  crmd_spawns_pengine: "there is always a cluster resource manager",
  enable_config_writes: "the CIB is on disk in any case",
  record_config_changes: "loglevel of the node configuration",
  record_pengine_inputs: "loglevel of the node configuration",
};

/** Directives that need nothing here: their work is done in any case. */
export const needless = new Set(
  "msgfmt memreserve log_badpack syslogmsgfmt coredumps coreroot conn_logd_time".split(" "),
);

/** Directives of which one choice is all there is here: what it is called, and what is done. */
export const settled: Readonly<Record<string, { readonly as: RegExp; readonly instead: string }>> =
  {
    traditional_compression: {
      as: /^(off|no|n|false|0)$/i,
      instead: "what is too large for a packet is packed as a whole, and nothing else",
    },
    hopfudge: { as: /^1$/, instead: "a message passes as many nodes as there are, and one more" },
    max_rexmit_delay: { as: /^250(ms)?$/, instead: "what is lost is asked for every 250 ms" },
    hbgenmethod: { as: /^file$/i, instead: "the generation is counted on disk" },
    uuidfrom: { as: /^file$/i, instead: "the UUID is made at the first start, and is on disk" },
  };
