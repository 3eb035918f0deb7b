/**
 * Many recurring operations on one node: how late they run, and what they cost, beside Pacemaker's
 * `pacemaker-execd` with the same agents in one run; and whether heartbeat is late meanwhile.
 *
 *     deno task bench monitors [--minutes N] [--resources N] [--side ours|pacemaker] [--json]
 *
 * The agent is Debian's `ocf:heartbeat:Dummy`, behind a line that notes when it ran. A run is late by
 * what it comes later after the run before it than its interval says.
 *
 * Wants root, and Debian's resource-agents and iproute2; for Pacemaker `../shared/lab/pcmk`.
 *
 * @module
 */
import { canMakeSpaces, inSpaces, missing, network, project, scratch } from "../lab/spaces.ts";
import { sockets } from "./monitors/ours.ts";

const lacks = missing(["/usr/lib/ocf/resource.d/heartbeat/Dummy", "/usr/sbin/ip", "/bin/bash"]);
if (lacks.length > 0) {
  console.log(`Skipped: there is no ${lacks.join(", ")}. Fix: apt-get install resource-agents`);
  Deno.exit(0);
}
if (!await canMakeSpaces()) {
  console.log("Skipped: only root can make namespaces");
  Deno.exit(0);
}
const shared = `${project.slice(0, project.lastIndexOf("/"))}/shared`;
const success = await inSpaces({
  module: "bench/monitors/inside.ts",
  grant: {
    net: [`${network}.254`, ...sockets],
    read: [project, shared, "/usr/sbin", "/usr/bin"],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  },
  args: Deno.args,
});
Deno.exit(success ? 0 : 1);
