/**
 * `ha heartbeat`: the nodes of a running cluster as heartbeat has them, and its local clients.
 *
 * @module
 */
import { codeIn, withCode } from "../../../metadata/code.ts";
import { heartbeatRules } from "../../heartbeat/protocol.ts";
import type { Client } from "../../runtime/client.ts";
import type { Message } from "../../runtime/messages.ts";
import { Refusal } from "../../runtime/reader.ts";
import type { Call, Command, Io, Option, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { withNode } from "../node_client.ts";
import { heartbeatSocket, runOption, socketGrant } from "../node_sockets.ts";

/** Milliseconds a node may take to answer. */
const answerMs = 5_000;

type Change = Extract<Message, { type: "heartbeat/change" }>["change"];

const options: Readonly<Record<string, Option>> = { run: runOption };

const grant = (call: Call, where: Where) => socketGrant(heartbeatSocket(call, where));

/** The exit code for a reason of heartbeat, as other commands have it. */
export function exitOfRefusal(refusal: string): number {
  const code = codeIn(refusal);
  return code === "HA0006" ? exit.noSuch : code === "HA1001" ? exit.invalidParameter : exit.badData;
}

/** Does something with the heartbeat of the node. */
const withHeartbeat = (
  call: Call,
  io: Io,
  where: Where,
  work: (client: Client) => Promise<number>,
): Promise<number> => withNode(heartbeatSocket(call, where), io, work);

/** A command that changes the nodes. */
function changing(
  word: string,
  summary: string,
  positionals: string,
  details: string,
  changeOf: (words: readonly string[]) => Change | undefined,
): Command {
  return {
    path: ["heartbeat", word],
    summary,
    positionals,
    details,
    options,
    grant,
    async run(call, io, where) {
      const change = changeOf(call.positionals);
      if (change === undefined) {
        io.err(`ha heartbeat ${word} takes ${positionals}\n`);
        return exit.usage;
      }
      const message = { type: "heartbeat/change", id: word, change } as const;
      // Heartbeat drops what it cannot read, and nobody would hear why.
      const read = heartbeatRules["heartbeat/change"].read(message);
      if (read instanceof Refusal) {
        const at = read.at.replace(/^\.change\./, "");
        io.err([
          withCode(
            "HA0002",
            `Nothing was asked for: ${at}: expected ${read.expected}. Fix: see ha heartbeat ${word} --help`,
          ),
        ]);
        return exit.usage;
      }
      return await withHeartbeat(call, io, where, async (client) => {
        const answer = await client.ask(
          "heartbeat",
          message,
          (message): message is Extract<Message, { type: "heartbeat/changed" }> =>
            message.type === "heartbeat/changed",
          answerMs,
        );
        if (answer.ok) return exit.ok;
        const why = answer.error ?? "heartbeat gave no reason";
        const refusal = withCode("HA0014", `Nothing was changed: ${why}`);
        io.err([refusal]);
        return exitOfRefusal(refusal);
      });
    },
  };
}

const names = (change: "add" | "remove") => (words: readonly string[]): Change | undefined =>
  words.length === 0 ? undefined : { change, nodes: words };

/** The commands. */
export const heartbeatCommands: readonly Command[] = [
  changing(
    "add",
    "Add nodes to the running cluster",
    "NODE...",
    "Every running node receives the change and stores it on disk. Unicast links also need the new node's " +
      "address: add it to the node configuration.",
    names("add"),
  ),
  changing(
    "remove",
    "Remove nodes that are dead from the running cluster",
    "NODE...",
    "All other nodes must run, so that no node still expects them.",
    names("remove"),
  ),
  changing(
    "weight",
    "Set the weight of a node",
    "NODE NUMBER",
    "Clients of the local API may ask for it; 100 if it was never set.",
    ([node, weight, ...more]) =>
      node === undefined || weight === undefined || more.length > 0 || !/^\d+$/.test(weight)
        ? undefined
        : { change: "weight", node, weight: Number(weight) },
  ),
  changing(
    "site",
    "Set the site of a node",
    "NODE SITE",
    "Clients of the local API may ask for it.",
    ([node, site, ...more]) =>
      node === undefined || site === undefined || more.length > 0
        ? undefined
        : { change: "site", node, site },
  ),
  {
    path: ["heartbeat", "clients"],
    summary: "Show the clients that are signed on to the local API, on every node",
    options: { ...options, json: { type: "boolean", summary: "Print one JSON object" } },
    grant,
    run: (call, io, where) =>
      withHeartbeat(call, io, where, async (client) => {
        const { clients } = await client.ask(
          "heartbeat",
          { type: "heartbeat/watch" },
          (message): message is Extract<Message, { type: "heartbeat/presence" }> =>
            message.type === "heartbeat/presence",
          answerMs,
        );
        io.out(
          call.options.json === true
            ? `${JSON.stringify({ clients }, undefined, 2)}\n`
            : clients.map(({ node, client }) => `${node} ${client}\n`).join(""),
        );
        return exit.ok;
      }),
  },
];
