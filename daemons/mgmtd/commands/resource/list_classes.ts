/**
 * `ha resource classes`: the classes of agents that nodes of this project can have.
 *
 * @module
 */
import { textIn } from "../../../../metadata/text.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import {
  agentPlugins,
  consultsLock,
  placeGrant,
  placeOptions,
  placesOf,
} from "../plugin/places.ts";
import { classSummaries } from "./classes.ts";

/** `ha resource classes` */
export const listClasses: Command = {
  path: ["resource", "classes"],
  summary: "List the classes of resource agents",
  options: {
    ...placeOptions,
    json: { type: "boolean", summary: "Print one JSON array" },
  },
  consults: consultsLock,
  grant: (call, where, consulted) => placeGrant(call, where, agentPlugins, consulted),
  async run(call, io, where) {
    const classes = await classSummaries(placesOf(call, where));
    if (call.options.json === true) io.out(`${JSON.stringify(classes, undefined, 2)}\n`);
    else {
      const width = Math.max(...classes.map(({ name }) => name.length));
      io.out(
        classes.map(({ name, summary }) => `${name.padEnd(width)}  ${textIn(summary, "en") ?? ""}`),
      );
    }
    return exit.ok;
  },
};
