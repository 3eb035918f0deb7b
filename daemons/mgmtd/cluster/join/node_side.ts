/**
 * The node of an open token, as the process that listens asks it: what the cluster is, and to take a
 * name into its list.
 *
 * @module
 */
import { pause } from "../../../../metadata/timer.ts";
import { type Client, connect } from "../../../runtime/client.ts";
import type { Message } from "../../../runtime/messages.ts";
import type { Facts } from "./check_ask.ts";

/** Milliseconds that a daemon may take to answer. */
const answerMs = 5_000;
/** Milliseconds between two looks. */
const lookMs = 200;

/** Its sockets. */
export interface NodeSockets {
  readonly cluster: string;
  readonly heartbeat: string;
}

/** Whether the node runs. @throws if not. */
export async function reachable({ cluster, heartbeat }: NodeSockets): Promise<void> {
  for (const path of [cluster, heartbeat]) await (await connect(path))[Symbol.asyncDispose]();
}

/** Waits until the node is in a quorate view. @returns whether it is, in time. */
export async function hasQuorum(
  sockets: Pick<NodeSockets, "cluster">,
  withinMs: number,
): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const facts = await factsOf(sockets).catch((): undefined => undefined);
    if (facts?.quorate === true) return true;
    await pause(lookMs);
  }
  return false;
}

/** What the cluster is now. @throws if the node does not answer. */
export async function factsOf({ cluster }: Pick<NodeSockets, "cluster">): Promise<Facts> {
  await using client = await connect(cluster);
  const [view, connectivity] = await Promise.all([
    client.ask(
      "ccm",
      { type: "ccm/subscribe" },
      (message): message is Extract<Message, { type: "ccm/view" | "ccm/evicted" }> =>
        message.type === "ccm/view" || message.type === "ccm/evicted",
      answerMs,
    ),
    client.ask(
      "heartbeat",
      { type: "heartbeat/subscribe" },
      (message): message is Extract<Message, { type: "heartbeat/connectivity" }> =>
        message.type === "heartbeat/connectivity",
      answerMs,
    ),
  ]);
  const of = view.type === "ccm/view" ? view.view : undefined;
  return {
    quorate: of?.quorate === true,
    members: of?.members.map(({ node }) => node) ?? [],
    electorate: of?.electorate ?? [],
    others: connectivity.nodes.filter(({ kind }) => kind === "normal").map((
      { name, status, incompatible },
    ) => ({
      name,
      isHeard: status !== "dead" && status !== "init",
      ...(incompatible === undefined ? {} : { incompatible }),
    })),
  };
}

/** Takes a name into the list of every node. @returns why not. */
export async function addNode(
  { heartbeat }: NodeSockets,
  name: string,
): Promise<string | undefined> {
  await using client: Client = await connect(heartbeat);
  const { ok, error = "heartbeat gave no reason" } = await client.ask(
    "heartbeat",
    { type: "heartbeat/change", id: "join", change: { change: "add", nodes: [name] } },
    (message): message is Extract<Message, { type: "heartbeat/changed" }> =>
      message.type === "heartbeat/changed",
    answerMs,
  );
  return ok ? undefined : error;
}
