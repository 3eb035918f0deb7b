/**
 * `ha why`: why is a resource here and not there, and why is a node as it is?
 *
 * @module
 */
import { resolve } from "node:path";
import type { Command } from "../command.ts";
import { exit } from "../exit.ts";
import { limitOptions } from "../limits.ts";
import { clusterSocket, heartbeatSocket, runOption, socketGrant } from "../node_sockets.ts";

/** The command. */
export const why: Command = {
  path: ["why"],
  summary: "Explain the location of a resource, or the state of a node",
  positionals: "RESOURCE | NODE | ACTION[@NODE] | not RESOURCE NODE",
  details: `Lists every reason that applies, with its score and its element of the CIB.
Without a file or standard input, the command asks the running cluster.

  ha why db                  where it is, why there, why on no other node, what blocks it
  ha why node1               why it runs nothing, why it must be fenced
  ha why not db node2        why it is not on that node
  ha why db_start_0          why that action is in the transition, what it waits for

Exit codes: 0 answered; 64 wrong arguments; 65 no CIB; 105 there is no such name. Of the running
cluster also 69 the node gives no CIB; 102 no node answers.`,
  options: {
    "xml-file": { type: "string", short: "x", value: "FILE", summary: "The CIB to look at" },
    "xml-pipe": { type: "boolean", short: "p", summary: "Read the CIB from standard input" },
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON object" },
    ...limitOptions,
  },
  endsSoon: () => true,

  grant(call, where) {
    const file = call.options["xml-file"];
    if (typeof file === "string") return { read: [resolve(where.here, file)] };
    if (call.options["xml-pipe"] === true) return {};
    return socketGrant(clusterSocket(call, where), heartbeatSocket(call, where));
  },

  async run(call, io, where) {
    const { options, positionals } = call;
    const [first, resource, node, ...more] = positionals;
    const isNot = first === "not" && resource !== undefined && node !== undefined;
    if (first === undefined || more.length > 0 || (positionals.length > 1 && !isNot)) {
      io.err(
        "Name one resource, node or action: ha why RESOURCE, ha why NODE, ha why ACTION, " +
          "ha why not RESOURCE NODE\n",
      );
      return exit.usage;
    }
    const file = options["xml-file"];
    // The engine is loaded by the process that answers, not by the one that starts it.
    const { answerWhy } = await import("../why/answer_why.ts");
    return await answerWhy(
      isNot ? { type: "not", resource, node } : { type: "one", name: first },
      typeof file === "string"
        ? { type: "file", path: resolve(where.here, file) }
        : options["xml-pipe"] === true
        ? { type: "pipe" }
        : {
          type: "live",
          sockets: { cluster: clusterSocket(call, where), heartbeat: heartbeatSocket(call, where) },
        },
      options.json === true,
      io,
    );
  },
};
