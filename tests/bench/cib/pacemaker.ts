/**
 * Pacemaker in the comparison. Its clients are on one node that is not the coordinator.
 *
 * @module
 */
import { PacemakerLab } from "../../lab/pacemaker.ts";
import { sh } from "../../lab/shell.ts";
import { missing, project } from "../../lab/spaces.ts";
import type { Side } from "./side.ts";

/** What its client needs beside what the lab needs. */
export const lackingClient = (): readonly string[] =>
  missing(["/usr/include/pacemaker/crm/cib.h", "/usr/bin/gcc", "/usr/bin/pkg-config"]);

const build =
  `cc -O2 -Wall -o "$1" "$2" $(pkg-config --cflags --libs pacemaker-cib libxml-2.0 glib-2.0)`;

/** Starts it. */
export async function pacemaker(folder: string, count: number): Promise<Side> {
  const lab = new PacemakerLab(folder, { TRANSPORT: "udpu" });
  await lab.up(count);
  await lab.configure(
    `<configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
</configuration>`,
  );
  const program = `${folder}/cib_client`;
  await sh(build, program, `${project}/tests/bench/cib/client.c`);
  const coordinator = /: (\S+)/.exec(await lab.on("n1", "crmadmin", "-D"))?.[1] ?? "n1";
  const node = coordinator === "n1" && count > 1 ? "n2" : "n1";
  return {
    async writes(what, clients, seconds) {
      const text = await lab.on(node, program, `${seconds}`, `${clients}`, what);
      return text.split("\n").map(Number).filter((ms) => ms > 0);
    },
    trouble: () => lab.command("status"),
    [Symbol.asyncDispose]: () => lab.down(),
  };
}
