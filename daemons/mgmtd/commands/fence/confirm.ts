/**
 * `ha fence confirm NODE`: a person says that a node is off, where no device can.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { unknownName } from "../../../../metadata/nearest.ts";
import type { Message } from "../../../runtime/messages.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../../node_sockets.ts";
import { userNames, userOf } from "../../steer/user.ts";
import { types } from "./agree.ts";
import { readCib } from "./node.ts";

/** Milliseconds that stonithd may take. */
const confirmMs = 10_000;
/** Characters of a person's name. */
const personCharactersMax = 200;

/** `ha fence confirm NODE` */
export const confirm: Command = {
  path: ["fence", "confirm"],
  summary: "Say that you have switched a node off by hand; its resources are started elsewhere",
  positionals: "NODE",
  details:
    `The last resort, where no device can fence the node. If the node still runs, its resources run
twice and their data is destroyed. So you type its name again. The history says that you confirmed
it, and no device. A node that is a member cannot be confirmed off.`,
  options: {
    typed: {
      type: "string",
      value: "NODE",
      summary: "The name again, where there is no terminal to type it",
    },
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON object" },
  },
  grant: (call, where) => ({ ...socketGrant(clusterSocket(call, where)), env: userNames }),
  async run(call, io, where) {
    const [target, ...more] = call.positionals;
    if (target === undefined || more.length > 0) {
      io.err(withCode("HA0002", "Name one node. Fix: ha fence confirm NODE\n"));
      return exit.usage;
    }
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const { documentOf } = await import("../../steer/node.ts");
      const { nodes } = readCib(await documentOf(client));
      if (!nodes.includes(target)) {
        const text = `There is no node ${unknownName(target, nodes)}`;
        io.err([withCode("HA0006", `${text} Fix: ha node ls lists them`)]);
        return exit.noSuch;
      }
      const question =
        `If ${target} still runs, data is destroyed. Type its name to confirm that ` +
        `it is off:`;
      if (!types(call, io, target, question)) return exit.permission;
      const id = `confirm ${crypto.randomUUID()}`;
      const by = (userOf() || "an unnamed person").slice(0, personCharactersMax);
      const { ok, error = "" } = await client.ask(
        "stonithd",
        { type: "fence/confirm", id, target, by },
        (message): message is Extract<Message, { type: "fence/result" }> =>
          message.type === "fence/result" && message.id === id,
        confirmMs,
      );
      if (call.options.json === true) {
        io.out(`${JSON.stringify({ target, ok, by, error }, null, 2)}\n`);
      } else if (ok) io.out([`${target} counts as off: ${by} has confirmed it by hand.`]);
      else io.err([`Nothing was confirmed: ${error}`]);
      return ok ? exit.ok : exit.badData;
    });
  },
};
