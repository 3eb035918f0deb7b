/**
 * `ha resource agents`: the agents that nodes of this project can run.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import {
  agentPlugins,
  consultsLock,
  placeGrant,
  placeOptions,
  placesOf,
} from "../plugin/places.ts";
import { agentsOf, classesOf } from "./classes.ts";

/** `ha resource agents [CLASS...]` */
export const agents: Command = {
  path: ["resource", "agents"],
  summary: "List the available resource agents",
  positionals: "[CLASS...]",
  options: {
    ...placeOptions,
    json: { type: "boolean", summary: "Print one JSON array of names" },
  },
  consults: consultsLock,
  grant: (call, where, consulted) => placeGrant(call, where, agentPlugins, consulted),
  async run(call, io, where) {
    const places = placesOf(call, where);
    const classes = call.positionals.length > 0 ? call.positionals : await classesOf(places);
    try {
      const found: string[] = [];
      for (const one of classes) {
        found.push(...await agentsOf(one, places, (text) => io.err([`${one}: ${text}`])));
      }
      io.out(
        call.options.json === true
          ? `${JSON.stringify(found, undefined, 2)}\n`
          : found.map((name) => `${name}\n`).join(""),
      );
      return exit.ok;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      io.err(`${error.message}\n`);
      return exit.noSuch;
    }
  },
};
