/**
 * Durable writes to the CIB a second, of one client and of ten, beside Pacemaker in one run: the same
 * number of nodes in namespaces, with their files on the same disk.
 *
 *     deno task bench cib [--nodes 3|8|16] [--seconds N] [--side ours|pacemaker] [--json]
 *
 * Each client changes one property of its own and waits for the answer before it writes again, over a
 * connection that stays. One of ours is answered when every member has it on its disk. Pacemaker's cib
 * answers before: each node writes its copy a while later.
 *
 * Wants root and Debian's iproute2; for Pacemaker `../shared/lab/pcmk`, gcc and libcib-dev.
 *
 * @module
 */
import { canMakeSpaces, inSpaces, missing, network, project, scratch } from "../lab/spaces.ts";
import { nodesMax, sockets } from "./cib/ours.ts";

const lacks = missing(["/usr/sbin/ip"]);
if (lacks.length > 0) {
  console.log(`Skipped: there is no ${lacks.join(", ")}. Fix: apt-get install iproute2`);
  Deno.exit(0);
}
if (!await canMakeSpaces()) {
  console.log("Skipped: only root can make namespaces");
  Deno.exit(0);
}
const shared = `${project.slice(0, project.lastIndexOf("/"))}/shared`;
const success = await inSpaces({
  module: "bench/cib/inside.ts",
  grant: {
    net: [`${network}.254`, ...sockets(nodesMax)],
    read: [project, shared, "/usr/sbin", "/usr/bin", "/usr/include"],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  },
  args: Deno.args,
});
Deno.exit(success ? 0 : 1);
