/**
 * `ha node forget`: a node that is down for good leaves the cluster.
 *
 * Heartbeat forgets it first, on every node: then it no longer counts. The coordinator removes it from the
 * CIB as soon as it is down for sure.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { codeIn, withCode } from "../../../../metadata/code.ts";
import { pause } from "../../../../metadata/timer.ts";
import type { Client } from "../../../runtime/client.ts";
import type { Message } from "../../../runtime/messages.ts";
import { all, childrenOf } from "../../api/document/element.ts";
import { Draft } from "../../api/document/draft.ts";
import { stateOf, whyNotForgotten } from "../../api/cluster/forgotten.ts";
import type { Command, Io } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, heartbeatSocket, runOption, socketGrant } from "../../node_sockets.ts";
import { exitOfRefusal } from "../heartbeat.ts";

/** Milliseconds that heartbeat may take to answer. */
const answerMs = 5_000;
/** Milliseconds in which the coordinator must have removed the node from the CIB. */
const forgottenMs = 30_000;
/** Milliseconds between two looks. */
const lookMs = 250;

/** The command. */
export const nodeForget: Command = {
  path: ["node", "forget"],
  summary: "Remove nodes that are down for good from the running cluster",
  positionals: "NODE...",
  details:
    `The nodes must be stopped, or fenced, and all other nodes must run: each of them forgets these. Name all
that are down at once. Constraints that name such a node stay; the command lists them.`,
  options: {
    "dry-run": { type: "boolean", summary: "Only check whether they can be forgotten" },
    run: runOption,
  },
  grant: (call, where) => socketGrant(clusterSocket(call, where), heartbeatSocket(call, where)),
  async run(call, io, where) {
    const nodes = [...new Set(call.positionals)];
    if (nodes.length === 0) {
      io.err(`${withCode("HA0002", "Name one node or several. Fix: ha node forget NODE")}\n`);
      return exit.usage;
    }
    const { documentOf } = await import("../../steer/node.ts");
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const cib = await documentOf(client);
      const named = await namedBy(client);
      const problems = nodes.filter((node) => isIn(cib, node) || !named.includes(node))
        .flatMap((node) => whyNotForgotten(cib, node).all);
      if (problems.length > 0) {
        io.err(problems.map(({ text }) => text));
        return exit[problems[0]?.exit ?? "error"];
      }
      if (call.options["dry-run"] === true) {
        io.out(nodes.flatMap((node) => [
          `Would be done: ${node} is forgotten`,
          ...namedLines(cib, node),
        ]));
        return exit.ok;
      }
      const code = await withNode(
        heartbeatSocket(call, where),
        io,
        (heartbeat) => removed(heartbeat, nodes.filter((node) => named.includes(node)), io),
      );
      if (code !== exit.ok) return code;
      return await forgotten(() => documentOf(client), nodes, io);
    });
  },
};

/** Whether the CIB has it. */
const isIn = (cib: XmlElement, node: string): boolean =>
  new Draft(cib).node(node) !== undefined || stateOf(cib, node) !== undefined;

/** Nodes that heartbeat names: the CIB may have lost one already, as after `ha cluster recover`. */
async function namedBy(client: Client): Promise<readonly string[]> {
  const { nodes } = await client.ask(
    "heartbeat",
    { type: "heartbeat/subscribe" },
    (message): message is Extract<Message, { type: "heartbeat/connectivity" }> =>
      message.type === "heartbeat/connectivity",
    answerMs,
  );
  return nodes.filter(({ kind }) => kind === "normal").map(({ name }) => name);
}

/** Has heartbeat forget them, all at once: each needs the others that stay to run. */
async function removed(heartbeat: Client, nodes: readonly string[], io: Io): Promise<number> {
  if (nodes.length === 0) return exit.ok; // they may still be in the CIB
  const { ok, error = "heartbeat gave no reason" } = await heartbeat.ask(
    "heartbeat",
    { type: "heartbeat/change", id: "forget", change: { change: "remove", nodes } },
    (message): message is Extract<Message, { type: "heartbeat/changed" }> =>
      message.type === "heartbeat/changed",
    answerMs,
  );
  // Somebody else may have removed it just now.
  if (ok || codeIn(error) === "HA0006") return exit.ok;
  const refusal = withCode("HA0014", `Nothing was changed: ${error}`);
  io.err([refusal]);
  return exitOfRefusal(refusal);
}

/** Waits until the CIB no longer has them. */
async function forgotten(
  document: () => Promise<XmlElement>,
  nodes: readonly string[],
  io: Io,
): Promise<number> {
  for (let waitedMs = 0;; waitedMs += lookMs) {
    const cib = await document();
    const left = nodes.filter((node) => isIn(cib, node));
    if (left.length === 0) {
      io.out(nodes.flatMap((node) => [`${node} is forgotten`, ...namedLines(cib, node)]));
      return exit.ok;
    }
    if (waitedMs >= forgottenMs) {
      const what = `${left.join(" and ")} no longer count, and are still in the CIB after ` +
        `${forgottenMs / 1000} s`;
      io.err([withCode("HA0019", `${what}. Fix: see ha status: is there a coordinator?`)]);
      return exit.timeout;
    }
    await pause(lookMs);
  }
}

/** Constraints that name the node. */
function namedLines(cib: XmlElement, node: string): readonly string[] {
  const found = childrenOf(new Draft(cib).section("constraints")).filter((constraint) =>
    [...all(constraint)].some(({ name, attributes }) =>
      attributes.node === node ||
      name.raw === "expression" && attributes.attribute === "#uname" && attributes.value === node
    )
  );
  const ids = found.flatMap(({ attributes: { id } }) => id ?? []);
  return ids.length === 0 ? [] : [`Constraints still name it: ha constraint rm ${ids.join(" ")}`];
}
