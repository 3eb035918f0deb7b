/**
 * `ha plugin dev`: uses a plugin in a sandbox as its kind is used in a cluster, and again after each
 * change, once it has kept the contract of its kind: a cluster of one node of the real daemons, or,
 * for kinds that have no place on a node yet, one loader.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { filePath } from "../../../../pils/found.ts";
import { readWholeLock } from "../../../site/consent/lock_file.ts";
import type { Call, Command, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { type LocalCluster, watchedSocket } from "../../local_nodes/local_cluster.ts";
import { check } from "./check.ts";
import { changesIn } from "./dev/changes.ts";
import { interruption } from "./dev/interrupted.ts";
import { pairsOf } from "./dev/parameters.ts";
import { Rounds } from "./dev/rounds.ts";
import { sandboxNode, sandboxOf } from "./dev/sandbox_files.ts";
import { consultsLock, folderOf, folderUrl, placesOf } from "./places.ts";

/** `ha plugin dev FOLDER [NAME=VALUE...]` */
export const dev: Command = {
  path: ["plugin", "dev"],
  summary: "Use a plugin in a cluster of one node, and again after each change",
  details:
    "NAME=VALUE changes the example configuration that mod_test.ts gives conform(). A change " +
    "is checked first, as by `ha plugin check`; one that does not conform leaves the sandbox as it " +
    "is. Ends with Ctrl-C, and leaves nothing.",
  positionals: "KIND/NAME|FOLDER [NAME=VALUE...]",
  options: {
    ...check.options,
    json: { type: "boolean", summary: "Print what came of each round as one line of JSON" },
    once: { type: "boolean", summary: "Run one round and exit" },
    config: {
      type: "string",
      value: "FILE",
      summary: "Values that `ha plugin configure --to FILE` has written, secrets too",
    },
    agent: {
      type: "string",
      value: "[PROVIDER:]TYPE",
      summary: "The agent of a class of agents (default: that of its test)",
    },
  },
  consults: consultsLock,
  grant(call, where, consulted) {
    const { net = [], read = [], write = [], ...others } = check.grant(call, where, consulted);
    const { folder } = localOf(call, where);
    return {
      ...others,
      net: [...net, "127.0.0.1:0", `unix:${watchedSocket({ folder }, sandboxNode)}`],
      read: [...read, folder, ...valuesFile(call, where)],
      write: [...write, folder],
    };
  },
  async run(call, io, where) {
    const { once, json, agent } = call.options;
    const say = (text: string) => (json ? io.err : io.out)(`${text}\n`);
    const pairs = pairsOf(call.positionals.slice(1));
    if (!pairs.ok) {
      say(new DiagnosticError("Cannot read the parameters", pairs.diagnostics).message);
      return exit.usage;
    }
    const [word = "."] = call.positionals;
    const places = placesOf(call, where);
    const folder = await folderOf(word, await readWholeLock(places.lock), places, where);
    using stop = interruption();
    // Watched from before it is read: what changes meanwhile is not missed.
    using changes = once ? undefined : changesIn(filePath(folder), stop.signal);
    const [file] = valuesFile(call, where);
    await using round = new Rounds({
      io,
      where,
      local: localOf(call, where),
      places,
      folder,
      wanted: {
        pairs: pairs.value,
        ...(file === undefined ? {} : { file }),
        ...(typeof agent === "string" ? { agent } : {}),
      },
      json: json === true,
      types: call.options["no-check"] !== true,
      say,
      stop,
    });
    let code = await round.go();
    while (changes !== undefined && stop.code() === undefined) {
      say("waiting for a change");
      const names = await changes.next();
      if (names === undefined) break;
      say(`\nchanged, once more: ${names.join(", ")}`);
      code = await round.go();
    }
    if (stop.code() !== undefined) say("\nends, and takes everything with it");
    return stop.code() ?? code;
  },
};

/** The file of values, if there is one. */
const valuesFile = ({ options: { config } }: Call, { here }: Where): string[] =>
  typeof config === "string" ? [filePath(folderUrl(config, here))] : [];

const localOf = ({ positionals: [word = "."] }: Call, { here }: Where): LocalCluster =>
  sandboxOf(folderUrl(word, here));
