/**
 * `ha plugin new`: a working plugin in a folder of its own, outside the project, that passes its
 * kind's conformance suite at once: the smallest plugin of the kind under a new name. Of kind
 * `handler`, a new kind: its contract, its suite, and a first plugin of it.
 *
 * @module
 */
import { filePath } from "../../../../pils/found.ts";
import { nearest } from "../../../../metadata/nearest.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { copyPlugin, smallest, writeSurroundings } from "./new_folder.ts";
import { writeKind } from "./new_kind.ts";
import { folderUrl, placeGrant, placesOf } from "./places.ts";

/** `ha plugin new KIND NAME` */
export const create: Command = {
  path: ["plugin", "new"],
  summary: "Write a new plugin that works, to be changed into what it shall be",
  details: "KIND handler makes a new kind: KIND/NAME/ is then handler/NAME/, with a first plugin.",
  positionals: "KIND NAME",
  options: {
    at: { type: "string", value: "FOLDER", summary: "Write KIND/NAME/ in it; here if left out" },
    like: { type: "string", value: "NAME", summary: "Start from this plugin of the kind" },
  },
  grant(call, where) {
    const at = typeof call.options.at === "string" ? call.options.at : ".";
    const folder = filePath(folderUrl(at, where.here));
    return { ...placeGrant(call, where, { folders: [folder], write: [folder] }), run: [] };
  },
  async run(call, io, where) {
    const [kind = "", name = ""] = call.positionals;
    const { plugins, project } = placesOf(call, where);
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) {
      io.err(`"${name}" is no name: small letters, digits and _, 40 at most\n`);
      return exit.invalidParameter;
    }
    const kinds = await namesIn(new URL("handler/", plugins));
    const at = typeof call.options.at === "string" ? call.options.at : ".";
    const to = new URL(`${kind}/${name}/`, folderUrl(at, where.here));
    if (await Deno.stat(to).then(() => true, () => false)) {
      io.err(`${filePath(to)} is there already\n`);
      return exit.exists;
    }
    if (kind === "handler") {
      if (kinds.includes(name)) {
        io.err(`There is a kind "${name}" already. Mend: choose another name\n`);
        return exit.exists;
      }
      const first = new URL(`../../${name}/first/`, to);
      if (await Deno.stat(first).then(() => true, () => false)) {
        io.err(`${filePath(first)} is there already\n`);
        return exit.exists;
      }
      await writeKind(name, to, first);
      for (const folder of [to, first]) await writeSurroundings(folder, project);
      io.out(
        `${filePath(to)} and ${filePath(first)} written.\n` +
          `Next: ha plugin check ${filePath(first)}\n`,
      );
      return exit.ok;
    }
    if (!kinds.includes(kind)) {
      const near = nearest(kind, [...kinds, "handler"]);
      io.err(
        `There is no kind "${kind}". ${
          near === undefined ? `There are ${kinds.join(", ")}.` : `Did you mean "${near}"?`
        } To make a new kind: ha plugin new handler ${kind === "" ? "NAME" : kind}\n`,
      );
      return exit.noSuch;
    }
    const there = await namesIn(new URL(`${kind}/`, plugins)).catch((): string[] => []);
    const { like } = call.options;
    if (typeof like === "string" && !there.includes(like)) {
      const near = nearest(like, there);
      io.err(
        `There is no "${kind}/${like}". ${
          near === undefined ? `There are ${there.join(", ")}.` : `Did you mean "${near}"?`
        }\n`,
      );
      return exit.noSuch;
    }
    const from = typeof like === "string" ? like : await smallest(
      there.map((name) => new URL(`${kind}/${name}/`, plugins)),
    );
    if (from === undefined) {
      io.err(`No plugin of kind "${kind}" is there to start from\n`);
      return exit.noSuch;
    }
    await copyPlugin(
      { kind, from: new URL(`${kind}/${from}/`, plugins), like: from, to, name },
      project,
    );
    await writeSurroundings(to, project);
    io.out(
      `${filePath(to)} written, from ${kind}/${from}.\nNext: ha plugin check ${filePath(to)}\n`,
    );
    return exit.ok;
  },
};

async function namesIn(folder: URL): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) if (entry.isDirectory) names.push(entry.name);
  return names.sort();
}
