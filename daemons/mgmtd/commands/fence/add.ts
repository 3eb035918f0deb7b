/**
 * `ha fence add`: approves a program as a type of fencing devices, by name.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { DiagnosticError, problem } from "../../../../metadata/diagnostic.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { textIn } from "../../../../metadata/text.ts";
import { filePath } from "../../../../pils/found.ts";
import type { Locked } from "../../../site/consent/lock.ts";
import { lockText, readWholeLock } from "../../../site/consent/lock_file.ts";
import { placed } from "../../../site/consent/lock.ts";
import { pin } from "../../../site/consent/pin.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { hold } from "../../whole_file.ts";
import { fieldLines } from "../plugin/field_lines.ts";
import { placeOptions, type Places, placesOf, replacing } from "../plugin/places.ts";
import { asks } from "../plugin/words.ts";
import { type DescribedType, describedType, programGrant } from "./described.ts";
import { consultsLocks, deviceGrant, devicePlugins } from "./places.ts";
import { type DeviceType, deviceType } from "./types.ts";

/** `ha fence add TYPE...` */
export const add: Command = {
  path: ["fence", "add"],
  summary: "Show what a program of others may do as a fencing device, and approve it if you agree",
  positionals: "TYPE...",
  details:
    `TYPE is fence_* or external/*; ha fence devices lists them. The lock then has the type with
the parameters of its own meta-data. ha plugin remove stonith/fence takes the whole family out.`,
  options: {
    ...placeOptions,
    yes: { type: "boolean", short: "y", summary: "Agree without being asked" },
    json: { type: "boolean", summary: "Print the types that were added as one JSON array" },
  },
  consults: consultsLocks,
  grant(call, where, consulted) {
    const write = replacing(placesOf(call, where).lock);
    const grant = deviceGrant(call, where, { ...devicePlugins, write }, consulted);
    const { run } = programGrant(call.positionals, where);
    return { ...grant, run: [...new Set([...grant.run ?? [], ...run])] };
  },
  async run(call, io, where) {
    if (call.positionals.length === 0) {
      const fix = "take one of ha fence devices";
      io.err(withCode("HA0002", `Name a type: ha fence add TYPE... Fix: ${fix}\n`));
      return exit.usage;
    }
    const places = placesOf(call, where);
    const wanted: Wanted[] = [];
    try {
      for (const type of call.positionals) {
        wanted.push(await wantedType(await deviceType(type, places), where));
      }
    } catch (error) {
      io.err(`${messageOf(error)}\n`);
      return error instanceof DiagnosticError ? exit.noSuch : exit.error;
    }
    return await approve(wanted, { call, io, places });
  },
};

/** A type to approve. */
interface Wanted {
  readonly device: DeviceType;
  readonly described: DescribedType;
}

async function wantedType(device: DeviceType, where: Where): Promise<Wanted> {
  if (device.program === undefined) {
    throw new DiagnosticError(`Cannot add "${device.type}"`, [problem(
      [device.type],
      "it is a plugin, not a program of others",
      "a plugin is approved as a whole",
      `ha plugin add, or nothing: nodes have the project's own plugins`,
      "HA0006",
    )]);
  }
  // What was approved before is asked again: the program may have other parameters now.
  const { own: _own, ...asked } = device;
  return { device, described: await describedType(asked, where) };
}

/** Where consent is given. */
interface Approving {
  readonly call: Call;
  readonly io: Io;
  readonly places: Places;
}

/** Shows, asks, writes. */
async function approve(wanted: readonly Wanted[], { call, io, places }: Approving) {
  const say = call.options.json === true ? io.err : io.out;
  for (const { described } of wanted) say(shown(described));
  if (call.options.yes !== true) {
    const count = wanted.length === 1 ? "this program" : `these ${wanted.length} programs`;
    const answer = io.ask(`May nodes start ${count}? (y/N)`);
    if (answer === undefined || !/^y(es)?$/i.test(answer.trim())) {
      io.err(
        answer === undefined
          ? withCode(
            "HA0010",
            "Nothing was changed: there is no terminal to ask. Fix: use --yes to agree\n",
          )
          : "Nothing was changed.\n",
      );
      return exit.permission;
    }
  }
  await using held = await hold(filePath(places.lock));
  const lock = await readWholeLock(places.lock);
  const plugins: Record<string, Locked> = { ...lock.plugins };
  for (const { device: { held: { id, locked, lock: from } }, described } of wanted) {
    const before = plugins[id] ?? await pin(placed(locked.at, from), places);
    const types = { ...before.types, [described.type]: { config: described.own } };
    plugins[id] = { ...before, types };
  }
  await held.write(lockText({ version: 1, plugins }));
  if (call.options.json === true) {
    io.out(`${JSON.stringify(wanted.map(({ described }) => described.type))}\n`);
  } else io.out(`${filePath(places.lock)} written.\n`);
  return exit.ok;
}

function shown(described: DescribedType): readonly string[] {
  const { type, summary, own, fields, permissions } = described;
  return [
    // In quotes: these are the author's words, and could read like ours.
    `${type} calls itself ${JSON.stringify(textIn(summary, "en") ?? "")}.`,
    "  It asks to:",
    ...asks({ permissions, config: fields }).map((sentence) => `    - ${sentence}`),
    `  It has ${own.length} parameters of its own:`,
    ...fieldLines(own, "    "),
  ];
}
