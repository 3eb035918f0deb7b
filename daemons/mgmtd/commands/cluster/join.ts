/**
 * `ha cluster join`: this machine becomes a node of a running cluster.
 *
 * @module
 */
import project from "../../../../deno.json" with { type: "json" };
import { type Diagnostic, DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { ownVersions, versionsText } from "../../../runtime/version.ts";
import {
  endpointsOf,
  hostnameFile,
  netOf,
  nodeNameOf,
  textsOf,
  wrong,
} from "../../cluster/given.ts";
import { join, NotJoined } from "../../cluster/join/ask.ts";
import type { Ask } from "../../cluster/join/contract.ts";
import { joinedFiles } from "../../cluster/join/joined_files.ts";
import { readToken } from "../../cluster/join/token.ts";
import { type Attempt, attempt, newNodeGrant, presentAt } from "../../cluster/new_node.ts";
import { placeOptions, type Places, placesOf } from "../../cluster/places.ts";
import { startGrant, startNode } from "../../cluster/start_node.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";

/** The command. */
export const clusterJoin: Command = {
  path: ["cluster", "join"],
  summary: "Make this machine a node of a running cluster, with a token of one of its nodes",
  positionals: "TOKEN",
  details:
    `ha cluster token prints the token. This machine gets the key and the configuration of the cluster over
TLS, is added to it, and starts. If anything is refused or fails, nothing is left on this machine, and the
same token may be used again while it is open.

What resources need, such as agents and their programs, must be installed here too.`,
  options: {
    address: {
      type: "string",
      value: "ADDRESS[:PORT]",
      multiple: true,
      summary: "Address of this machine, one for each link of the cluster",
    },
    node: {
      type: "string",
      value: "NODE",
      summary: "Name of this node; the machine's if left out",
    },
    "no-start": { type: "boolean", summary: "Do not start the node" },
    ...placeOptions,
  },
  grant(call, where) {
    const places = placesOf(call, where);
    const { read, write } = newNodeGrant(places);
    const started = call.options["no-start"] === true ? { read: [], run: [] } : startGrant(places);
    return {
      net: [netOf(readToken(call.positionals[0] ?? ""))],
      read: [...read, ...started.read, ...(call.options.node === undefined ? [hostnameFile] : [])],
      write,
      run: started.run,
    };
  },
  run: joinCluster,
};

async function joinCluster(call: Call, io: Io, where: Where): Promise<number> {
  const places = placesOf(call, where);
  const token = readToken(call.positionals[0] ?? "");
  const ask = await askOf(call);
  const present = await presentAt(places, Date.now());
  if (present.length > 0) {
    io.err(new DiagnosticError("Cannot make a node", present).message + "\n");
    return exit.exists;
  }
  let notes: readonly string[] = [];
  let mark = "";
  let made: Attempt | undefined;
  try {
    await join(token, ask, {
      async stage(granted) {
        notes = granted.notes;
        mark = `${granted.config.cluster}/${ask.name}`;
        made = await attempt(places, joinedFiles(granted, ask, places));
      },
      commit: async () => await made?.commit(),
    });
  } catch (error) {
    if (!(error instanceof NotJoined)) throw error;
    io.err([error.message]);
    return error.because === "refused" ? exit.config : exit.unavailable;
  } finally {
    await made?.[Symbol.asyncDispose]();
  }
  io.out([`${ask.name} is a node of the cluster: ${places.config}`, ...notes]);
  return await started(call, io, where, places, mark);
}

async function started(
  call: Call,
  io: Io,
  where: Where,
  places: Places,
  mark: string,
): Promise<number> {
  if (call.options["no-start"] === true) {
    io.out(["It does not run yet. Start it: ha cluster start"]);
    return exit.ok;
  }
  const why = await startNode(where, places, mark);
  if (why !== undefined) {
    io.err([why]);
    return exit.unavailable;
  }
  io.out(["The node runs. See: ha status"]);
  return exit.ok;
}

/** What this machine says of itself. */
async function askOf(call: Call): Promise<Ask> {
  const found: Diagnostic[] = [];
  const addresses = endpointsOf(call, "address", found);
  if (textsOf(call, "address").length === 0) {
    found.push(
      wrong("--address", "no address is given", "write --address ADDRESS of this machine"),
    );
  }
  if (call.positionals.length !== 1) {
    found.push(wrong("TOKEN", "one token is expected", "ha cluster join TOKEN --address ADDRESS"));
  }
  const name = await nodeNameOf(call, found);
  if (found.length > 0) throw new DiagnosticError("Cannot join", found);
  return {
    name,
    addresses,
    protocols: versionsText(ownVersions),
    project: project.version,
    clockMs: Date.now(),
  };
}
