/**
 * `ha why RESOURCE`: why is it here, and why not there?
 *
 * @module
 */
import { resolve } from "node:path";
import { nearest } from "../../../metadata/nearest.ts";
import { schedule } from "../../pengine/mod.ts";
import { failCount } from "../../pengine/unpack/mod.ts";
import { why as explain } from "../../pengine/why/why.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit.ts";
import { readLiveCib } from "../live_cib.ts";
import { clusterSocket, nobodyAnswers, runOption, socketGrant } from "../node_sockets.ts";
import { readCib } from "../simulate/one.ts";
import { readInput } from "../simulate/read_input.ts";
import { timeOf } from "../simulate/request.ts";

/** The command. */
export const why: Command = {
  path: ["why"],
  summary: "Say why a resource is where it is, and why not elsewhere",
  positionals: "RESOURCE",
  details: "Without a file or standard input the running cluster is asked.",
  options: {
    "xml-file": { type: "string", short: "x", value: "FILE", summary: "The CIB to look at" },
    "xml-pipe": { type: "boolean", short: "p", summary: "Read the CIB from standard input" },
    run: runOption,
  },

  grant(call, where) {
    const file = call.options["xml-file"];
    if (typeof file === "string") return { read: [resolve(where.here, file)] };
    return call.options["xml-pipe"] === true ? {} : socketGrant(clusterSocket(call, where));
  },

  async run(call, io, where) {
    const { options, positionals: [id, ...more] } = call;
    const file = options["xml-file"];
    if (id === undefined || more.length > 0) {
      io.err("Name one resource: ha why RESOURCE [--xml-file FILE]\n");
      return exit.usage;
    }
    const live = typeof file !== "string" && options["xml-pipe"] !== true;
    const tried = clusterSocket(call, where);
    const text = live
      ? await readLiveCib(tried)
      : await readInput(typeof file === "string" ? resolve(where.here, file) : undefined);
    if (text === undefined) {
      io.err(nobodyAnswers(tried));
      return exit.disconnected;
    }
    const cib = readCib(text);
    if (typeof cib === "string") {
      io.err(`${cib}\n`);
      return exit.badData;
    }
    const { nowS } = timeOf(cib, {}, Math.floor(Date.now() / 1000));
    const { set } = schedule(cib, { nowS });
    const resource = set.resourceById.get(id);
    if (resource === undefined) {
      const near = nearest(id, [...set.resourceById.keys()]);
      const mend = near === undefined ? "" : ` Did you mean "${near}"?`;
      io.err(`There is no resource "${id}".${mend}\n`);
      return exit.noSuch;
    }
    const answers = explain(set, resource, {
      failures: (node, one) => failCount(set, node, one, { effective: true, fillers: true }).count,
    });
    io.out(answers.map(({ sentences }) => sentences.join("\n") + "\n").join("\n"));
    return exit.ok;
  },
};
