import assert from "node:assert/strict";
import { schedule } from "../doors/engine.ts";
import { cibText } from "../testing/small_cib.ts";
import { parse } from "@std/xml";
import { writeGraph } from "../graph/graph_xml.ts";

Deno.test("a remote node is told that its maintenance began, once", () => {
  const cib = (told: string): string =>
    cibText({
      nodes: [{ name: "n1", state: "online", active: ["far"] }],
      resources:
        `<primitive id="far" class="ocf" provider="pacemaker" type="remote"><meta_attributes ` +
        `id="m"><nvpair id="m-m" name="is-managed" value="true"/></meta_attributes></primitive>`,
      options: { "stonith-enabled": "false" },
    }).replace(
      "</nodes>",
      `<node id="far" uname="far" type="remote"><instance_attributes id="i"><nvpair id="i-m" ` +
        `name="maintenance" value="true"/></instance_attributes></node></nodes>`,
    ).replace(
      "</status>",
      `<node_state id="far" uname="far" remote_node="true" in_ccm="true" ` +
        `node_in_maintenance="${told}"/></status>`,
    );
  const graph = (told: string): string =>
    writeGraph(schedule(parse(cib(told)).root, { nowS: 1 }).graph);
  assert.match(graph("0"), /maintenance_nodes[^]*<node id="far" node_in_maintenance="1"\/>/);
  assert.doesNotMatch(graph("1"), /maintenance_nodes/);
});
