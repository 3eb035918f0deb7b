/**
 * Fencing with power switches that a node reaches by a network of its own: three nodes, each with an
 * address on the network of the cluster and one on the network of the power switches, and `ipmi_sim` as
 * the management controller of each machine. An order to one ends every process of its machine.
 *
 * Then the same with the disk of the coordinator healthy, out of the page cache, read-only, full and
 * hanging: `power/README.md` has the figures.
 *
 * Wants root, and Debian's openipmi, ipmitool and iproute2; the disks also bindfs. Says so where
 * something is missing.
 *
 *     deno task interop power [--only=TEXT] [--disks]
 *
 * `--only`: the cases whose names contain the text; `--only=` runs all, `--only=disks` those of the
 * disk. Without it, a node that is cut off, and the death of the coordinator. `--disks`: every state of
 * the disk.
 *
 * @module
 */
import { canMakeSpaces, inSpaces, missing, project, scratch } from "../lab/spaces.ts";
import { nodes } from "./power/cib.ts";

const lacks = missing(["/usr/bin/ipmi_sim", "/usr/bin/ipmitool", "/usr/sbin/ip"]);
if (lacks.length > 0) {
  console.log(`Skipped: there is no ${lacks.join(", ")}. Fix: apt-get install openipmi ipmitool`);
  Deno.exit(0);
}
if (!await canMakeSpaces()) {
  console.log("Skipped: only root can make namespaces");
  Deno.exit(0);
}
const sockets = nodes.map((node) => `unix:${scratch}/power/${node}/run/cluster.sock`);
const success = await inSpaces({
  module: "interop/power/inside.ts",
  grant: {
    net: sockets,
    read: [project, "/run/machines", "/usr/bin"],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  },
  args: Deno.args,
});
Deno.exit(success ? 0 : 1);
