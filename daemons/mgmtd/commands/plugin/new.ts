/**
 * `ha plugin new`: a working plugin in a folder of its own, outside the project, that passes its
 * kind's conformance suite at once: another plugin or a template of the kind under a new name. Of
 * kind `handler`, a new kind: its contract, its suite, and a first plugin of it. Of kind `agent`, a
 * resource agent in a plugin of kind `ra`.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { unknownName } from "../../../../metadata/nearest.ts";
import { filePath } from "../../../../pils/found.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { isAgentType, writeAgent } from "./new_agent.ts";
import { copyPlugin, smallest } from "./new_folder.ts";
import { writeKind } from "./new_kind.ts";
import { folderUrl, placeGrant, type Places, placesOf } from "./places.ts";
import { writeWorkspace } from "./workspace.ts";

/** What most authors of a kind begin with, where that is not the smallest plugin of it. */
const startOf: ReadonlyMap<string, string> = new Map([
  ["ra", "agent"],
  ["stonith", "process"],
]);

/** `ha plugin new KIND/NAME` */
export const create: Command = {
  path: ["plugin", "new"],
  summary: "Create a working plugin as a starting point",
  details: "--like takes a template (http, serial, command, ...) or a plugin of the kind.\n" +
    "handler NAME makes a new kind: handler/NAME/ and a first plugin NAME/first/.\n" +
    "ra-agent NAME writes a resource agent of that type in a plugin of its own, ra/name.\n" +
    "agent NAME adds one to a plugin of kind ra; --at names its folder.",
  positionals: "KIND/NAME",
  options: {
    at: { type: "string", value: "FOLDER", summary: "Write KIND/NAME/ in it; here if left out" },
    like: { type: "string", value: "NAME", summary: "Start from this template or plugin" },
  },
  grant(call, where) {
    const folder = filePath(atOf(call, where));
    return { ...placeGrant(call, where, { folders: [folder], write: [folder] }), run: [] };
  },
  async run(call, io, where) {
    const [kind = "", name = "", ...more] = call.positionals.flatMap((word) => word.split("/"));
    if (more.length > 0) {
      io.err(withCode("HA0002", `"${more.join(" ")}" is too much. Fix: ha plugin new KIND/NAME\n`));
      return exit.usage;
    }
    const places = placesOf(call, where);
    const at = atOf(call, where);
    if (kind === "agent") return await newAgent(name, at, io);
    if (kind === "ra-agent") return await newAlone(name, { at, places }, io);
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) {
      io.err(
        `"${name}" is no name of a plugin. A name has small letters, digits and _, at most 40.\n`,
      );
      return exit.invalidParameter;
    }
    const to = new URL(`${kind}/${name}/`, at);
    if (await isThere(to, io)) return exit.exists;
    const kinds = await namesIn(new URL("handler/", places.plugins));
    const code = kind === "handler"
      ? await newKind(name, to, kinds, io)
      : await newPlugin({ kind, name, to, kinds, like: call.options.like }, places, io);
    if (code === exit.ok) await writeWorkspace(at, places.project);
    return code;
  },
};

const atOf = ({ options }: Call, { here }: Where): URL =>
  folderUrl(typeof options.at === "string" ? options.at : ".", here);

async function newAgent(name: string, at: URL, io: Io): Promise<number> {
  const refused = await writeAgent(name, at);
  if (refused !== undefined) {
    io.err(`${refused}\n`);
    return exit.invalidParameter;
  }
  io.out(
    `${filePath(at)}/agents/${name} written, and its line in agents.ts.\n` +
      `Next: ha plugin check ${filePath(at)}\n`,
  );
  return exit.ok;
}

/** An agent in a plugin of its own, which has its name in small letters. */
async function newAlone(
  type: string,
  { at, places }: { readonly at: URL; readonly places: Places },
  io: Io,
): Promise<number> {
  if (!isAgentType(type)) {
    io.err(`"${type}" is no type of an agent. A type has letters, digits and _, at most 40.\n`);
    return exit.invalidParameter;
  }
  const name = type.toLowerCase();
  const to = new URL(`ra/${name}/`, at);
  if (await isThere(to, io)) return exit.exists;
  const from = new URL("handler/ra/templates/agent/", places.plugins);
  await copyPlugin({ kind: "ra", from, like: "agent", to, name, type }, places.project);
  await writeWorkspace(at, places.project);
  io.out(
    `${filePath(to)} written, with the agent ${type} in agents/${type}.\n` +
      `Next: ha plugin check ${filePath(to)}\n`,
  );
  return exit.ok;
}

async function newKind(name: string, to: URL, kinds: readonly string[], io: Io): Promise<number> {
  if (kinds.includes(name)) {
    io.err(withCode("HA0011", `There is a kind "${name}" already. Fix: choose another name\n`));
    return exit.exists;
  }
  const first = new URL(`../../${name}/first/`, to);
  if (await isThere(first, io)) return exit.exists;
  await writeKind(name, to, first);
  io.out(
    `${filePath(to)} and ${filePath(first)} written.\nNext: ha plugin check ${filePath(first)}\n`,
  );
  return exit.ok;
}

/** What is wanted of a new plugin. */
interface Wanted {
  readonly kind: string;
  readonly name: string;
  readonly to: URL;
  /** All kinds that the project has. */
  readonly kinds: readonly string[];
  readonly like: unknown;
}

async function newPlugin(
  { kind, name, to, kinds, like }: Wanted,
  { plugins, project }: Places,
  io: Io,
): Promise<number> {
  if (!kinds.includes(kind)) {
    io.err(
      `There is no kind ${unknownName(kind, [...kinds, "handler", "agent"])}` +
        ` To make a new kind: ha plugin new handler ${kind === "" ? "NAME" : kind}\n`,
    );
    return exit.noSuch;
  }
  const own = new URL(`${kind}/`, plugins);
  const templates = new URL(`handler/${kind}/templates/`, plugins);
  const sources = new Map([
    ...(await namesIn(own)).map((one) => [one, new URL(`${one}/`, own)] as const),
    ...(await namesIn(templates)).map((one) => [one, new URL(`${one}/`, templates)] as const),
  ]);
  const from = typeof like === "string" ? like : startOf.get(kind) ?? await smallest(
    (await namesIn(own)).map((one) => new URL(`${one}/`, own)),
  );
  if (from === undefined) {
    io.err(`No plugin of kind "${kind}" is there to start from\n`);
    return exit.noSuch;
  }
  const source = sources.get(from);
  if (source === undefined) {
    io.err(`There is no template or plugin of kind ${kind} ${unknownName(from, sources.keys())}\n`);
    return exit.noSuch;
  }
  await copyPlugin({ kind, from: source, like: from, to, name }, project);
  io.out(`${filePath(to)} written, from ${kind}/${from}.\nNext: ha plugin check ${filePath(to)}\n`);
  return exit.ok;
}

async function isThere(folder: URL, io: Io): Promise<boolean> {
  const found = await Deno.lstat(folder).then(() => true, () => false);
  if (found) {
    io.err(withCode("HA0011", `${filePath(folder)} is there already. Fix: choose another name\n`));
  }
  return found;
}

/** Names of the folders in one; none if it is not there. */
async function namesIn(folder: URL): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) if (entry.isDirectory) names.push(entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}
