/**
 * `ha cluster init`: the first node of a cluster.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { readNodeConfig } from "../../../site/node_config/read.ts";
import { withCode } from "../../../../metadata/code.ts";
import { hasQuorum } from "../../cluster/join/node_side.ts";
import { socketGrant } from "../../node_sockets.ts";
import { firstFiles } from "../../cluster/first_files.ts";
import {
  endpointsOf,
  hostnameFile,
  netOf,
  nodeNameOf,
  portOf,
  readEndpoint,
  textsOf,
  wrong,
} from "../../cluster/given.ts";
import { portDefault } from "../../cluster/join/links.ts";
import { attempt, newNodeGrant, presentAt } from "../../cluster/new_node.ts";
import { placeOptions, type Places, placesOf } from "../../cluster/places.ts";
import { startGrant, startNode } from "../../cluster/start_node.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { offerToken } from "./token.ts";

/** Milliseconds in which the cluster must be founded: the node first listens for others. */
const foundedMs = 90_000;

const socketIn = ({ run }: Places): string => `${run}/cluster.sock`;

/** The command. */
export const clusterInit: Command = {
  path: ["cluster", "init"],
  summary: "Make this machine the first node of a new cluster, and start it",
  details:
    `It writes the node configuration, a new key and a CIB without resources, starts the node, and prints
the line for the other machines. Nothing is written if there is something of a node already.

Without --peer the nodes hear each other by multicast: any machine of the network can join. With --peer
they use unicast, for networks without multicast: name the address of each node that will join.

Resources run only after there is fencing: ha fence devices, or ha option set fencing-enabled=false.`,
  options: {
    name: {
      type: "string",
      value: "CLUSTER",
      summary: "Name of the cluster; NODE-cluster if left out",
    },
    node: {
      type: "string",
      value: "NODE",
      summary: "Name of this node; the machine's if left out",
    },
    address: {
      type: "string",
      value: "ADDRESS",
      summary: "Address of this machine by which the nodes hear each other",
    },
    port: {
      type: "string",
      value: "PORT",
      summary: `Port of the nodes (UDP), and of tokens (TCP); ${portDefault} if left out`,
    },
    peer: {
      type: "string",
      value: "ADDRESS[:PORT]",
      multiple: true,
      summary: "Use unicast: address of a node that will join",
    },
    "no-start": { type: "boolean", summary: "Only write the files" },
    ...placeOptions,
  },
  grant(call, where) {
    const places = placesOf(call, where);
    const { read, write } = newNodeGrant(places);
    const { address, port } = firstEndpoint(call);
    const starts = call.options["no-start"] !== true;
    const started = starts ? startGrant(places) : { read: [], run: [] };
    const socket = starts ? socketGrant(socketIn(places)) : { net: [], read: [], write: [] };
    return {
      net: [...socket.net, ...(address === "" ? [] : [netOf({ address, port })])],
      read: [
        ...read,
        ...started.read,
        ...socket.read,
        ...(call.options.node === undefined ? [hostnameFile] : []),
      ],
      write: [...write, ...socket.write],
      run: started.run,
    };
  },
  run: init,
};

/** The address and port, as far as they can be read. */
function firstEndpoint(call: Call): { readonly address: string; readonly port: number } {
  const [text = ""] = textsOf(call, "address");
  return {
    address: readEndpoint(text)?.address ?? "",
    port: portOf(call, "port", portDefault, []),
  };
}

async function init(call: Call, io: Io, where: Where): Promise<number> {
  const places = placesOf(call, where);
  const { files, first } = await chosen(call, places);
  const present = await presentAt(places, Date.now());
  if (present.length > 0) {
    io.err(new DiagnosticError("Cannot make a node", present).message + "\n");
    return exit.exists;
  }
  const unfit = unusable(first);
  if (unfit.length > 0) throw new DiagnosticError("Cannot make a node", unfit);
  {
    await using made = await attempt(places, files);
    await made.commit();
  }
  io.out([`${first.node} is the first node of the cluster ${first.cluster}: ${places.config}`]);
  if (call.options["no-start"] === true) {
    io.out(["It does not run yet. Start it: ha cluster start"]);
    return exit.ok;
  }
  const why = await startNode(where, places, `${first.cluster}/${first.node}`);
  if (why !== undefined) {
    io.err([why]);
    return exit.unavailable;
  }
  if (!await hasQuorum({ cluster: socketIn(places) }, foundedMs)) {
    const what = `The node runs, and founded no cluster within ${foundedMs / 1_000} s`;
    io.err([withCode("HA0045", `${what}. Fix: read its log, then ha cluster token`)]);
    return exit.timeout;
  }
  io.out(["The node runs."]);
  const { address, port } = first;
  return await offerToken({ ...places, address, port }, io, where);
}

/** What was chosen, checked as a whole, with the port that is to be used. */
async function chosen(call: Call, places: Places) {
  const found: Diagnostic[] = [];
  const [endpoint] = endpointsOf(call, "address", found);
  if (textsOf(call, "address").length === 0) {
    found.push(
      wrong("--address", "no address is given", "write --address ADDRESS of this machine"),
    );
  } else if (endpoint?.port !== undefined) {
    found.push(wrong("--address", "it has a port", "write the port as --port PORT"));
  }
  const port = portOf(call, "port", portDefault, found);
  const node = await nodeNameOf(call, found);
  const [cluster = `${node}-cluster`] = textsOf(call, "name");
  const first = {
    cluster,
    node,
    address: endpoint?.address ?? "",
    port,
    peers: endpointsOf(call, "peer", found).map(({ address, port = portDefault }) => ({
      address,
      port,
    })),
  };
  const key = crypto.getRandomValues(new Uint8Array(32));
  const files = firstFiles(first, places, key);
  if (found.length === 0) {
    const read = readNodeConfig(files.config);
    if (!read.ok) found.push(...read.diagnostics);
  }
  if (found.length > 0) throw new DiagnosticError("Cannot make a node", found);
  return { files, first };
}

/** Whether this machine has the address, and the port is free. */
function unusable({ address, port }: { address: string; port: number }): Diagnostic[] {
  try {
    Deno.listenDatagram({ transport: "udp", hostname: address, port }).close();
    return [];
  } catch (error) {
    const what = `${address} port ${port} cannot be used: ${messageOf(error)}`;
    return [wrong("--address", what, "name an address of this machine, and a port that is free")];
  }
}
