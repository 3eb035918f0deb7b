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
  summary: "Remove a node that is down for good from the running cluster",
  positionals: "NODE",
  details:
    `The node must be stopped, or fenced, and all other nodes must run: each of them forgets it. Constraints
that name the node stay; the command lists them.`,
  options: {
    "dry-run": { type: "boolean", summary: "Only check whether it can be forgotten" },
    run: runOption,
  },
  grant: (call, where) => socketGrant(clusterSocket(call, where), heartbeatSocket(call, where)),
  async run(call, io, where) {
    const [node, ...more] = call.positionals;
    if (node === undefined || more.length > 0) {
      io.err(`${withCode("HA0002", "Name one node. Fix: ha node forget NODE")}\n`);
      return exit.usage;
    }
    const { documentOf } = await import("../../steer/node.ts");
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const cib = await documentOf(client);
      const problems = whyNotForgotten(cib, node);
      if (problems.found) {
        io.err(problems.all.map(({ text }) => text));
        return exit[problems.all[0]?.exit ?? "error"];
      }
      if (call.options["dry-run"] === true) {
        io.out([`Would be done: ${node} is forgotten`, ...namedLines(cib, node)]);
        return exit.ok;
      }
      const code = await withNode(
        heartbeatSocket(call, where),
        io,
        (heartbeat) => removed(heartbeat, node, io),
      );
      if (code !== exit.ok) return code;
      return await forgotten(() => documentOf(client), node, io);
    });
  },
};

/** Has heartbeat forget it. */
async function removed(heartbeat: Client, node: string, io: Io): Promise<number> {
  const { ok, error = "heartbeat gave no reason" } = await heartbeat.ask(
    "heartbeat",
    { type: "heartbeat/change", id: "forget", change: { change: "remove", nodes: [node] } },
    (message): message is Extract<Message, { type: "heartbeat/changed" }> =>
      message.type === "heartbeat/changed",
    answerMs,
  );
  // One that heartbeat does not know any more may still be in the CIB.
  if (ok || codeIn(error) === "HA0006") return exit.ok;
  const refusal = withCode("HA0014", `Nothing was changed: ${error}`);
  io.err([refusal]);
  return exitOfRefusal(refusal);
}

/** Waits until the CIB no longer has it. */
async function forgotten(
  document: () => Promise<XmlElement>,
  node: string,
  io: Io,
): Promise<number> {
  for (let waitedMs = 0;; waitedMs += lookMs) {
    const cib = await document();
    if (new Draft(cib).node(node) === undefined && stateOf(cib, node) === undefined) {
      io.out([`${node} is forgotten`, ...namedLines(cib, node)]);
      return exit.ok;
    }
    if (waitedMs >= forgottenMs) break;
    await pause(lookMs);
  }
  const what = `${node} no longer counts, and is still in the CIB after ${forgottenMs / 1000} s`;
  io.err([withCode("HA0019", `${what}. Fix: see ha status: is there a coordinator?`)]);
  return exit.timeout;
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
