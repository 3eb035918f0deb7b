/**
 * `ha fence devices`: the types of fencing devices that nodes can have.
 *
 * @module
 */
import { textIn } from "../../../../metadata/text.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { placeOptions, placesOf } from "../plugin/places.ts";
import { consultsLocks, deviceGrant, devicePlugins } from "./places.ts";
import { type DeviceType, deviceTypes } from "./types.ts";

/** `ha fence devices` */
export const devices: Command = {
  path: ["fence", "devices"],
  summary: "List the types of fencing devices: plugins, fence agents, external plugins",
  details:
    `A program of others (fence_*, external/*) is a type of its own name. Nodes use it after it was
approved: ha fence add TYPE.`,
  options: {
    ...placeOptions,
    approved: { type: "boolean", summary: "Only those that nodes can use now" },
    json: { type: "boolean", summary: "Print one JSON array" },
  },
  consults: consultsLocks,
  grant: (call, where, consulted) => deviceGrant(call, where, devicePlugins, consulted),
  async run(call, io, where) {
    const all = await deviceTypes(placesOf(call, where));
    const shown = call.options.approved === true ? all.filter(({ approved }) => approved) : all;
    if (call.options.json === true) {
      const data = shown.map(({ type, held, program, approved }) => ({
        type,
        plugin: held.id,
        ...(program === undefined ? {} : { program }),
        approved,
      }));
      io.out(`${JSON.stringify(data, null, 2)}\n`);
    } else io.out(shown.map(line));
    return exit.ok;
  },
};

function line({ type, held, program, approved }: DeviceType): string {
  const said = program ?? textIn(held.locked.manifest.summary, "en") ?? "";
  return `${type.padEnd(24)} ${approved ? "" : "(not approved) "}${said}`;
}
