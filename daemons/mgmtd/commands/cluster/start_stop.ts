/**
 * `ha cluster start` and `ha cluster stop`: the node of this machine.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { type NodeConfig, readNodeConfig } from "../../../site/node_config/read.ts";
import {
  nodeOptions,
  type Places,
  placesIn,
  placesOf,
  startOptions,
} from "../../cluster/places.ts";
import { startGrant, startNode, stopNode } from "../../cluster/start_node.ts";
import type { Call, Command, Consulted, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";

const consults = (call: Call, where: Where) => [placesOf(call, where).config];

function grant(call: Call, where: Where, consulted?: Consulted) {
  const places = placesOf(call, where);
  const { read, run } = startGrant(placesIn(places, consulted?.get(places.config)));
  return { read: [...read, places.config], run };
}

/** Does something with the node that the configuration describes. */
async function withPlaces(
  call: Call,
  io: Io,
  where: Where,
  work: (places: Places, config: NodeConfig) => Promise<number>,
): Promise<number> {
  const places = placesOf(call, where);
  const text = await readText(places.config, bytesMax.nodeConfig);
  const config = readNodeConfig(text);
  if (config.ok) return await work(placesIn(places, text), config.value);
  io.err(new DiagnosticError(`Cannot use "${places.config}"`, config.diagnostics).message + "\n");
  return exit.config;
}

/** Starts it. */
export const clusterStart: Command = {
  path: ["cluster", "start"],
  summary: "Start the node of this machine, and wait until its daemons run",
  details:
    `Where systemd has the unit of the package, it starts it, and does so at each boot from then on. Else the
node runs by itself.`,
  options: startOptions,
  consults,
  grant,
  run: (call, io, where) =>
    withPlaces(call, io, where, async (places, { cluster, node }) => {
      const why = await startNode(where, places, `${cluster}/${node}`);
      if (why === undefined) io.out([`${node} runs`]);
      else io.err([why]);
      return why === undefined ? exit.ok : exit.unavailable;
    }),
};

/** Stops it. */
export const clusterStop: Command = {
  path: ["cluster", "stop"],
  summary: "Stop the node of this machine: its services move away first",
  details: "On the last node that runs, services stop.",
  options: nodeOptions,
  consults,
  grant,
  run: (call, io, where) =>
    withPlaces(call, io, where, async (places, { node }) => {
      const stopped = await stopNode(places);
      if (!stopped.ok) {
        io.err([stopped.why]);
        return exit.timeout;
      }
      io.out([stopped.ran ? `${node} is stopped` : `${node} does not run`]);
      return exit.ok;
    }),
};
