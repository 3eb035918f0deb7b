/**
 * From a fault to a running service, beside Pacemaker with Corosync in one run: the same agents on
 * three nodes in namespaces, and a client outside of them.
 *
 *     deno task bench failover [--times N] [--keepalive MS] [--deadtime MS] [--only CASE...]
 *       [--side ours|pacemaker] [--json]
 *
 * Cases: `cold`, `kill`, `coordinator`, `failure`, `move`, `stop`. A move of Pacemaker counts from the
 * start of `crm_resource --move`, ours from a client's write to the CIB.
 *
 * Wants root, and Debian's resource-agents, nginx-light and iproute2; for Pacemaker `../shared/lab/pcmk`.
 *
 * @module
 */
import { canMakeSpaces, inSpaces, missing, network, project, scratch } from "../lab/spaces.ts";
import { sockets } from "./failover/ours.ts";

const lacks = missing([
  "/usr/lib/ocf/resource.d/heartbeat/IPaddr2",
  "/usr/sbin/nginx",
  "/usr/sbin/ip",
]);
if (lacks.length > 0) {
  console.log(
    `Skipped: there is no ${lacks.join(", ")}. Fix: apt-get install nginx-light resource-agents`,
  );
  Deno.exit(0);
}
if (!await canMakeSpaces()) {
  console.log("Skipped: only root can make namespaces");
  Deno.exit(0);
}
const shared = `${project.slice(0, project.lastIndexOf("/"))}/shared`;
const usr = ["/usr/sbin", "/usr/bin"];
const success = await inSpaces({
  module: "bench/failover/inside.ts",
  grant: {
    net: [`${network}.254`, ...sockets],
    read: [project, shared, ...usr],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  },
  args: Deno.args,
});
Deno.exit(success ? 0 : 1);
