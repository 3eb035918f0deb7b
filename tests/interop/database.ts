/**
 * The main story: PostgreSQL with its disk and its address on three nodes, each a machine with
 * namespaces of its own, and a client outside of them that writes a row every 10 ms. Nodes lose power,
 * PostgreSQL is killed: no acknowledged row may be lost.
 *
 * Wants root, and Debian's resource-agents, postgresql and iproute2; says so where something is missing.
 *
 *     deno task interop database [--rounds N] [--deadtime MS]
 *
 * @module
 */
import { canMakeSpaces, inSpaces, missing, network, project, scratch } from "../lab/spaces.ts";
import { address, bin, nodes, port } from "./database/cib.ts";

const lacks = missing([
  "/usr/lib/ocf/resource.d/heartbeat/pgsql",
  `${bin}/initdb`,
  "/usr/bin/psql",
  "/usr/sbin/ip",
]);
if (lacks.length > 0) {
  console.log(
    `Skipped: there is no ${lacks.join(", ")}. Fix: apt-get install postgresql resource-agents`,
  );
  Deno.exit(0);
}
if (!await canMakeSpaces()) {
  console.log("Skipped: only root can make namespaces");
  Deno.exit(0);
}
const sockets = nodes.map((node) => `unix:${scratch}/database/${node}/run/cluster.sock`);
const success = await inSpaces({
  module: "interop/database/inside.ts",
  grant: {
    net: [`${address}:${port}`, `${network}.254`, ...sockets],
    read: [project, "/run/machines"],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  },
  args: Deno.args,
});
Deno.exit(success ? 0 : 1);
