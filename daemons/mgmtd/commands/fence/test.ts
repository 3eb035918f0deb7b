/**
 * `ha fence test`: every node asks each of its devices whether it could fence now. Nothing is fenced.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Client } from "../../../runtime/client.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../../node_sockets.ts";
import { listOf, member, textOf } from "../../status/json_parts.ts";
import { statusOf } from "../../status/node_report.ts";
import { type Coverage, coverage } from "./coverage.ts";
import { surveyOf } from "./survey.ts";

/** `ha fence test [NODE|DEVICE...]` */
export const test: Command = {
  path: ["fence", "test"],
  summary: "Ask every fencing device of every node whether it could fence now; nothing is fenced",
  positionals: "[NODE|DEVICE...]",
  details:
    `It says who can fence whom from where, which nodes are covered by no device or by several, and how
long each device took. A node does not count for itself: it cannot fence itself.`,
  options: {
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON object" },
  },
  grant: (call, where) => socketGrant(clusterSocket(call, where)),
  async run(call, io, where) {
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const members = await membersOf(client);
      const survey = await surveyOf(client);
      const named = call.positionals;
      const found = coverage(survey, members);
      const strange = named.filter((name) =>
        !found.nodes.some(({ node }) => node === name) &&
        !found.devices.some(({ device }) => device === name)
      );
      if (strange.length > 0) {
        const what = `There is no node or device ${strange.map((one) => `"${one}"`).join(", ")}`;
        const fix = "ha fence test without names shows all";
        io.err(withCode("HA0006", `${what}. Fix: ${fix}\n`));
        return exit.noSuch;
      }
      const shown = named.length === 0 ? found : onlyOf(found, named);
      io.out(
        call.options.json === true ? `${JSON.stringify(shown, null, 2)}\n` : linesOf(shown),
      );
      const isWhole = shown.silent.length === 0 && shown.devices.every(({ ok }) => ok) &&
        shown.nodes.every(({ by }) => by.length > 0);
      return isWhole ? exit.ok : exit.error;
    });
  },
};

/** What concerns these nodes and devices. */
function onlyOf(found: Coverage, named: readonly string[]): Coverage {
  const devices = found.devices.filter(({ device, hosts }) =>
    named.includes(device) || hosts.some((host) => named.includes(host))
  );
  const nodes = found.nodes.filter(({ node }) =>
    named.includes(node) || devices.some(({ hosts }) => hosts.includes(node))
  );
  return { ...found, devices, nodes };
}

async function membersOf(client: Client): Promise<readonly string[]> {
  const status = await statusOf(client, "ccm");
  return listOf(member(member(status, "view"), "members"))
    .flatMap((one) => textOf(member(one, "node")) ?? []);
}

function linesOf({ devices, nodes, silent }: Coverage): readonly string[] {
  return [
    ...devices.map(({ device, from, ok, detail, tookMs, hosts }) =>
      `${device} from ${from}: ${ok ? "ok" : "FAILED"}, ${tookMs} ms, for ${
        hosts.includes("*") ? "every node" : hosts.join(", ") || "no node"
      }: ${detail}`
    ),
    ...silent.map((node) => `${node}: its stonithd has not answered`),
    ...nodes.map(({ node, by }) =>
      by.length === 0
        ? `${node}: nobody can fence it now`
        : `${node}: ${
          by.map(({ device, from }) => `${device} from ${from.join(", ")}`).join("; ")
        }` +
          (by.length > 1 ? " (covered several times)" : "")
    ),
  ];
}
