/**
 * `ha plugin docs`: reference pages as Markdown, made of what plugins and kinds say of themselves,
 * so that none is ever written or forgotten by hand.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { unknownName } from "../../../../metadata/nearest.ts";
import { reference } from "../../../../metadata/reference.ts";
import { discover, type Discovered, readManifests } from "../../../site/consent/discover.ts";
import { filePath } from "../../../../pils/found.ts";
import { readWholeLock } from "../../../site/consent/lock_file.ts";
import type { Manifest } from "../../../../pils/manifest.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { writeNew } from "../../whole_file.ts";
import { isShipped, level } from "./describe.ts";
import { readKind } from "./kind.ts";
import { kindPage } from "./kind_page.ts";
import { knownOfProject } from "./known.ts";
import { consultsLock, folderOf, folderUrl, placeGrant, placeOptions, placesOf } from "./places.ts";
import { asks } from "./words.ts";

const isKind = (word: string) => /^[a-z][a-z0-9_]*$/.test(word);

/** `ha plugin docs [KIND|KIND/NAME|FOLDER...]` */
export const docs: Command = {
  path: ["plugin", "docs"],
  summary: "Print generated reference pages of plugins and kinds as Markdown",
  details: "Without arguments: all kinds and all plugins of the project.",
  positionals: "[KIND|KIND/NAME|FOLDER...]",
  options: {
    ...placeOptions,
    to: { type: "string", value: "FOLDER", summary: "Write a page a file, and an index, into it" },
  },
  consults: consultsLock,
  grant(call, where, consulted) {
    const { to } = call.options;
    const write = typeof to === "string" ? [filePath(folderUrl(to, where.here))] : [];
    const folders = call.positionals.filter((word) => !isKind(word));
    return placeGrant(call, where, { folders, write }, consulted);
  },
  async run(call, io, where) {
    const places = placesOf(call, where);
    const lock = await readWholeLock(places.lock);
    const words = call.positionals;
    const shipped = words.length === 0 || words.some(isKind)
      ? (await discover(places.plugins, places, await knownOfProject(places))).map(checked)
      : [];
    const handlers = shipped.filter(({ kind }) => kind === "handler");
    const unknown = words.filter(isKind).find((word) =>
      !handlers.some(({ name }) => name === word)
    );
    if (unknown !== undefined) {
      io.err(`There is no kind ${unknownName(unknown, handlers.map(({ name }) => name))}\n`);
      return exit.noSuch;
    }
    const pages: (readonly [string, string])[] = [];
    for (const handler of handlers) {
      if (words.length > 0 && !words.includes(handler.name)) continue;
      const kind = await readKind(new URL(`handler/${handler.name}/`, places.plugins), places);
      const members = shipped.filter(({ kind }) => kind === handler.name);
      pages.push([`${handler.name}/README.md`, kindPage(handler, kind, members)]);
    }
    const folders = await Promise.all(
      words.filter((word) => !isKind(word)).map((word) => folderOf(word, lock, places, where)),
    );
    const named = words.length === 0
      ? shipped.filter(({ kind }) => kind !== "handler").map((manifest) => ({
        manifest,
        ours: true,
      }))
      : (await readManifests(folders, places)).map((found) => ({
        manifest: checked(found),
        ours: isShipped(found.folder, places),
      }));
    for (const { manifest, ours } of named) {
      pages.push([`${manifest.kind}/${manifest.name}.md`, pluginPage(manifest, ours)]);
    }
    const { to } = call.options;
    if (typeof to !== "string") {
      io.out(pages.map(([, page]) => page).join("\n"));
      return exit.ok;
    }
    const root = folderUrl(to, where.here);
    const index = pages.map(([path, page]) => `- [${page.split("\n", 1)[0]?.slice(2)}](${path})`);
    for (const [path, page] of [...pages, ["README.md", `# Plugins\n\n${index.join("\n")}\n`]]) {
      const file = new URL(path ?? "", root);
      await Deno.mkdir(new URL(".", file), { recursive: true });
      writeNew(filePath(file), page ?? "");
    }
    io.out(`${pages.length} pages written into ${filePath(root)}\n`);
    return exit.ok;
  },
};

function checked({ manifest }: Discovered): Manifest {
  if (!manifest.ok) throw new DiagnosticError("Cannot describe it", manifest.diagnostics);
  return manifest.value;
}

/** The page of one plugin. */
function pluginPage(manifest: Manifest, shipped: boolean): string {
  const { kind, name, version, summary, api, license, config } = manifest;
  const wanted = asks(manifest);
  return [
    `# ${kind}/${name}`,
    "",
    `${summary["en"] ?? ""}.`.replace(/\.\.$/, "."),
    "",
    `Version ${version}, contract \`${api}\`, ${license}, isolated as \`${
      level(manifest, shipped)
    }\`.`,
    "",
    "## What it asks",
    "",
    ...wanted.length === 0 ? ["No permission."] : wanted.map((sentence) => `- ${sentence}`),
    "",
    "## Configuration",
    "",
    config.length === 0 ? "Nothing.\n" : reference(config),
  ].join("\n");
}
