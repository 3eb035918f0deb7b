/**
 * `ha man`: manual pages, made from the table of commands.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../../metadata/code.ts";
import { didYouMean } from "../../../metadata/nearest.ts";
import project from "../../../deno.json" with { type: "json" };
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";

const folderOf = ({ options: { to } }: Call, { here }: Where): string | undefined =>
  typeof to === "string" ? resolve(here, to) : undefined;

/** The command. @param allCommands the table that has it */
export const manOf = (allCommands: () => Promise<readonly Command[]>): Command => ({
  path: ["man"],
  summary: "Print the manual page of a group of commands as roff, or write all pages",
  positionals: "[GROUP]",
  details: `  ha man resource | man -l -
  ha man --to /usr/local/share/man/man1`,
  options: {
    to: {
      type: "string",
      value: "FOLDER",
      summary: "Write ha.1, ha-resource.1, ... into this folder",
    },
  },
  grant(call, where) {
    const folder = folderOf(call, where);
    return folder === undefined ? {} : { write: [folder] };
  },
  async run(call, io, where) {
    const [group, ...more] = call.positionals;
    const { manPages } = await import("../man.ts");
    const pages = manPages(await allCommands(), `ha ${project.version}`);
    const folder = folderOf(call, where);
    if (more.length > 0 || folder !== undefined && group !== undefined) {
      io.err(`${withCode("HA0002", "Name one group, or a folder. Fix: see ha man --help")}\n`);
      return exit.usage;
    }
    if (folder !== undefined) {
      await Deno.mkdir(folder, { recursive: true });
      for (const [name, text] of pages) await Deno.writeTextFile(`${folder}/${name}`, text);
      io.out([`Written: ${pages.size} pages into ${folder}`]);
      return exit.ok;
    }
    const page = pages.get(group === undefined ? "ha.1" : `ha-${group}.1`);
    if (page === undefined) {
      const known = [...pages.keys()].map((name) => name.slice("ha-".length, -".1".length));
      const near = didYouMean(group ?? "", known);
      io.err([
        withCode("HA0006", `There is no group of commands "${group}".${near} Fix: see ha --help`),
      ]);
      return exit.noSuch;
    }
    io.out(page);
    return exit.ok;
  },
});
