/**
 * `ha alert approve`: allows the nodes that use a lock to run a program as an alert agent.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { matches } from "../../../../metadata/regex.ts";
import { filePath } from "../../../../pils/found.ts";
import { type Locked, placed } from "../../../site/consent/lock.ts";
import { lockText, readWholeLock } from "../../../site/consent/lock_file.ts";
import { pin } from "../../../site/consent/pin.ts";
import type { Call, Command, Io } from "../../command.ts";
import { exit } from "../../exit.ts";
import { hold } from "../../whole_file.ts";
import { consultsLocks } from "../fence/places.ts";
import {
  placeGrant,
  placeOptions,
  type Places,
  placesOf,
  replacing,
  type Touched,
} from "../plugin/places.ts";

/** The plugin that runs them. */
const family = "notifier/exec";
const touched: Touched = { locked: (id) => id === family };

/** `ha alert approve PROGRAM...` */
export const approve: Command = {
  path: ["alert", "approve"],
  summary: "Allow nodes to run a program as an alert agent, if you agree",
  positionals: "PROGRAM...",
  details:
    "PROGRAM is an absolute path, as alerts name it. It runs with all rights of the daemons' user.\n" +
    "The lock of each node has to allow it. lrmd reads the lock when it starts: end it with SIGTERM, and\n" +
    "the recovery manager starts it again; services continue.",
  options: {
    ...placeOptions,
    yes: { type: "boolean", short: "y", summary: "Agree without being asked" },
  },
  consults: consultsLocks,
  grant(call, where, consulted) {
    const write = replacing(placesOf(call, where).lock);
    const grant = placeGrant(call, where, { ...touched, write }, consulted);
    // What it is is looked at: a program that is not there is a mistake.
    return { ...grant, read: [...grant.read ?? [], ...call.positionals.filter(isPath)] };
  },
  async run(call, io, where) {
    if (call.positionals.length === 0) {
      io.err(`${withCode("HA0002", "Name a program. Fix: ha alert approve /PATH")}\n`);
      return exit.usage;
    }
    const problems = call.positionals.flatMap(problemOf);
    if (problems.length > 0) {
      io.err(problems);
      return exit.noSuch;
    }
    return await agree(call, io, placesOf(call, where));
  },
};

const isPath = (text: string): boolean => /^(?:\/\.?[A-Za-z0-9_][A-Za-z0-9._-]*){2,17}$/.test(text);

function problemOf(path: string): readonly string[] {
  if (!isPath(path)) {
    const takes = 'an absolute path of letters, digits, ".", "-" and "_"';
    return [withCode("HA0002", `"${path}" is not ${takes}. Fix: link the program to such a path`)];
  }
  try {
    const { isFile, mode } = Deno.statSync(path);
    if (isFile && ((mode ?? 0) & 0o111) !== 0) return [];
    return [withCode("HA0006", `${path} is no program. Fix: chmod 755 ${path}`)];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [withCode("HA0006", `${path} is not there. Fix: install it on this machine first`)];
  }
}

async function agree({ positionals, options }: Call, io: Io, places: Places): Promise<number> {
  for (const path of positionals) {
    io.out([`${path} may be run for alerts, with all rights of the daemons' user.`]);
  }
  if (options.yes !== true && !/^y(es)?$/i.test(io.ask("Agree? (y/N)")?.trim() ?? "")) {
    io.err(`${withCode("HA0010", "Nothing was changed. Fix: use --yes to agree")}\n`);
    return exit.permission;
  }
  await using held = await hold(filePath(places.lock));
  const lock = await readWholeLock(places.lock);
  const ours = new URL("plugins.lock.json", places.plugins);
  const shipped = (await readWholeLock(ours)).plugins[family];
  const known = lock.plugins[family] ??
    (shipped === undefined ? undefined : await pin(placed(shipped.at, ours), places));
  const types = positionals.map((path) => path.slice(1));
  const pattern = known?.manifest.family?.types;
  if (
    known === undefined || pattern === undefined || !types.every((one) => matches(pattern, one))
  ) {
    io.err(`${withCode("HA2012", `The lock has no ${family} that runs it. Fix: ha plugin ls`)}\n`);
    return exit.noSuch;
  }
  const added = Object.fromEntries(types.map((type) => [type, { config: [] }]));
  const plugins: Record<string, Locked> = {
    ...lock.plugins,
    [family]: { ...known, types: { ...known.types, ...added } },
  };
  await held.write(lockText({ version: 1, plugins }));
  io.out([`${filePath(places.lock)} written.`]);
  return exit.ok;
}
