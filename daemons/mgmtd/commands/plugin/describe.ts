/**
 * `ha plugin describe`: all that a plugin says of itself, for people and for programs.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { jsonSchema } from "../../../../metadata/json_schema.ts";
import { readManifests } from "../../../site/consent/discover.ts";
import { isolationOf } from "../../../../pils/isolation.ts";
import { readWholeLock } from "../../../site/consent/lock_file.ts";
import type { Manifest } from "../../../../pils/manifest.ts";
import type { Call, Command, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { fieldLines } from "./field_lines.ts";
import {
  consultsLock,
  folderOf,
  placeGrant,
  placeOptions,
  type Places,
  placesOf,
} from "./places.ts";
import { asks } from "./words.ts";

const grant: Command["grant"] = (call, where, consulted) =>
  placeGrant(call, where, { folders: call.positionals }, consulted);

/** `ha plugin describe KIND/NAME|FOLDER...` */
export const describe: Command = {
  path: ["plugin", "describe"],
  summary: "Show a plugin, its permissions and its configuration",
  positionals: "KIND/NAME|FOLDER...",
  options: {
    ...placeOptions,
    json: { type: "boolean", summary: "Print manifests and JSON Schemas of the configuration" },
  },
  consults: consultsLock,
  grant,
  async run(call, io, where) {
    if (call.positionals.length === 0) {
      io.err(
        withCode(
          "HA0002",
          "Name a plugin: ha plugin describe KIND/NAME|FOLDER... Fix: take one of ha plugin ls\n",
        ),
      );
      return exit.usage;
    }
    const all = await described(call, where);
    const data = all.map(({ manifest }) => ({
      ...manifest,
      configSchema: jsonSchema(manifest.config),
    }));
    io.out(call.options.json ? `${JSON.stringify(data, null, 2)}\n` : all.map(text).join("\n"));
    return exit.ok;
  },
};

/** A plugin, and whether it comes with the project. */
interface Described {
  readonly manifest: Manifest;
  readonly shipped: boolean;
}

async function described(call: Call, where: Where): Promise<readonly Described[]> {
  const places = placesOf(call, where);
  const lock = await readWholeLock(places.lock);
  const folders = await Promise.all(
    call.positionals.map((word) => folderOf(word, lock, places, where)),
  );
  const found = await readManifests(folders, places);
  return found.map(({ folder, manifest }) => {
    if (!manifest.ok) throw new DiagnosticError("Cannot describe it", manifest.diagnostics);
    return { manifest: manifest.value, shipped: isShipped(folder, places) };
  });
}

/** Whether a folder is one of the project's plugins. */
export function isShipped({ href }: URL, { plugins }: Places): boolean {
  return href.startsWith(plugins.href);
}

function text({ manifest, shipped }: Described): string {
  const { kind, name, version, summary, api, license, author, homepage, config } = manifest;
  const wanted = asks(manifest);
  return [
    `${kind}/${name} ${version}: ${summary["en"] ?? ""}`,
    `  contract ${api}, ${license}${author === undefined ? "" : `, by ${author}`}${
      homepage === undefined ? "" : `, ${homepage}`
    }`,
    `  isolated as ${level(manifest, shipped)}`,
    wanted.length === 0 ? "  asks for no permission" : "  asks to:",
    ...wanted.map((sentence) => `    - ${sentence}`),
    config.length === 0 ? "  has nothing to configure" : "  configuration:",
    ...fieldLines(config, "    "),
    "",
  ].join("\n");
}

/** How far a plugin with this manifest is kept from a daemon. */
export function level(
  { kind, name, permissions, isolation }: Manifest,
  shipped: boolean,
): string {
  const id = `${kind}/${name}`;
  return isolationOf({ id, shipped, permissions, inline: [], wishes: [isolation] });
}
