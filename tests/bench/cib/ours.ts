/**
 * Our cluster in the comparison. Its clients are spread over the nodes.
 *
 * @module
 */
import { type Client, connect } from "../../../daemons/runtime/client.ts";
import type { CibChange, Message } from "../../../daemons/runtime/messages.ts";
import { LabCluster } from "../../lab/cluster.ts";
import { now, Observer } from "../../lab/observer.ts";
import { scratch } from "../../lab/spaces.ts";
import type { Side, What } from "./side.ts";

const folder = "cib";
/** Nodes at most. */
export const nodesMax = 16;
/** Milliseconds that anything may take. */
const patienceMs = 120_000;

const names = (count: number) => Array.from({ length: count }, (_, at) => `node${at + 1}`);
const socket = (node: string) => `${scratch}/${folder}/${node}/run/cluster.sock`;

/** Sockets of the nodes, which clients use. */
export const sockets = (count: number) => names(count).map((node) => `unix:${socket(node)}`);

/** Starts it. */
export async function ours(count: number): Promise<Side> {
  const nodes = names(count);
  const cluster = await LabCluster.write({
    what: folder,
    nodes,
    keepaliveMs: 500,
    deadtimeMs: 10_000,
    cib: () =>
      `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/>
</cluster_property_set></crm_config>
<nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
<resources/><constraints/></configuration><status><tickets/></status></cib>`,
  });
  const observer = new Observer(cluster);
  for (const node of nodes) await cluster.powerOn(node);
  for (const node of nodes) cluster.start(node);
  await Promise.all(nodes.map((node) => observer.listen(node)));
  await observer.whole(patienceMs);
  return {
    async writes(what, clients, seconds) {
      const until = now() + seconds * 1_000;
      const all = await Promise.all(
        Array.from({ length: clients }, async (_, number) => {
          await using client = await connect(socket(nodes[number % nodes.length] ?? ""));
          return await writesOf(client, what, number, until);
        }),
      );
      return all.flat();
    },
    trouble: () => cluster.logs(),
    async [Symbol.asyncDispose]() {
      await observer[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

async function writesOf(
  client: Client,
  what: What,
  number: number,
  until: number,
): Promise<readonly number[]> {
  const found: number[] = [];
  while (now() < until) {
    const id = `bench-${number}-${found.length}`;
    const begun = now();
    const { ok, error } = await client.ask(
      "cib",
      { type: "cib/apply", id, changes: [change(what, `b${number}`, found.length)] },
      (message): message is Extract<Message, { type: "cib/applied" }> =>
        message.type === "cib/applied" && message.id === id,
      patienceMs,
    );
    if (!ok) throw new Error(error ?? "the CIB refused it");
    found.push(now() - begun);
  }
  return found;
}

const change = (what: What, id: string, value: number): CibChange =>
  what === "tickets"
    ? {
      op: "create",
      path: "/cib/status/tickets",
      xml: `<ticket_state id="${id}" last-granted="${value}"/>`,
    }
    : {
      op: "create",
      path: "/cib/configuration/crm_config/cluster_property_set[@id='o']",
      xml: `<nvpair id="${id}" name="${id}" value="${value}"/>`,
    };
