/**
 * `ha plugin describe` and `ha plugin docs`: all that a plugin says of itself, for people, for
 * programs and as a page.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import type { Field } from "../../../../metadata/field.ts";
import { jsonSchema } from "../../../../metadata/json_schema.ts";
import { reference } from "../../../../metadata/reference.ts";
import { readManifests } from "../../consent/discover.ts";
import { isolationOf } from "../../../../pils/isolation.ts";
import { readWholeLock, type WholeLock } from "../../consent/lock_file.ts";
import { placed } from "../../../../pils/lock.ts";
import type { Manifest } from "../../../../pils/manifest.ts";
import type { Call, Command, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { folderUrl, placeGrant, placeOptions, type Places, placesOf } from "./places.ts";
import { asks } from "./words.ts";

const grant: Command["grant"] = (call, where) =>
  placeGrant(call, where, { folders: call.positionals.filter((word) => !isIdentity(word)) });

/** `ha plugin describe KIND/NAME|FOLDER...` */
export const describe: Command = {
  path: ["plugin", "describe"],
  summary: "Show what a plugin is, what it asks, and how it is configured",
  positionals: "KIND/NAME|FOLDER...",
  options: {
    ...placeOptions,
    json: { type: "boolean", summary: "Print manifests and JSON Schemas of the configuration" },
  },
  grant,
  async run(call, io, where) {
    const all = await manifests(call, where);
    const data = all.map((manifest) => ({
      ...manifest,
      configSchema: jsonSchema(manifest.config),
    }));
    io.out(call.options.json ? `${JSON.stringify(data, null, 2)}\n` : all.map(text).join("\n"));
    return exit.ok;
  },
};

/** `ha plugin docs KIND/NAME|FOLDER...` */
export const docs: Command = {
  path: ["plugin", "docs"],
  summary: "Print the reference page of a plugin as Markdown, made from its manifest",
  positionals: "KIND/NAME|FOLDER...",
  options: placeOptions,
  grant,
  async run(call, io, where) {
    io.out((await manifests(call, where)).map(page).join("\n"));
    return exit.ok;
  },
};

async function manifests(call: Call, where: Where): Promise<readonly Manifest[]> {
  const places = placesOf(call, where);
  const lock = await readWholeLock(places.lock);
  const folders = call.positionals.map((word) => folderOf(word, lock, places, where));
  const found = await readManifests(folders, places);
  return found.map(({ manifest }) => {
    if (!manifest.ok) throw new DiagnosticError("Cannot describe it", manifest.diagnostics);
    return manifest.value;
  });
}

function isIdentity(word: string): boolean {
  return /^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/.test(word);
}

/** The folder of a plugin that a person named by identity or by place. */
export function folderOf(
  word: string,
  lock: WholeLock,
  { plugins, lock: file }: Places,
  where: Where,
) {
  if (!isIdentity(word)) return folderUrl(word, where.here);
  const locked = lock.plugins[word];
  return locked === undefined ? new URL(`${word}/`, plugins) : placed(locked.at, file);
}

function text(manifest: Manifest): string {
  const { kind, name, version, summary, api, license, author, homepage, config } = manifest;
  const wanted = asks(manifest.permissions);
  return [
    `${kind}/${name} ${version}: ${summary["en"] ?? ""}`,
    `  contract ${api}, ${license}${author === undefined ? "" : `, by ${author}`}${
      homepage === undefined ? "" : `, ${homepage}`
    }`,
    `  isolated as ${level(manifest)}`,
    wanted.length === 0 ? "  asks for no permission" : "  asks to:",
    ...wanted.map((sentence) => `    - ${sentence}`),
    config.length === 0 ? "  has nothing to configure" : "  configuration:",
    ...config.map((field) => `    ${field.fieldname}: ${rule(field)}${said(field)}`),
    "",
  ].join("\n");
}

function page(manifest: Manifest): string {
  const { kind, name, version, summary, api, license, config } = manifest;
  const wanted = asks(manifest.permissions);
  return [
    `# ${kind}/${name}`,
    "",
    `${summary["en"] ?? ""}.`.replace(/\.\.$/, "."),
    "",
    `Version ${version}, contract \`${api}\`, ${license}, isolated as \`${level(manifest)}\`.`,
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

function level({ kind, name, permissions, isolation }: Manifest): string {
  const id = `${kind}/${name}`;
  return isolationOf({ id, shipped: true, permissions, inline: [], wishes: [isolation] });
}

function said({ short_text }: Field): string {
  return short_text?.["en"] === undefined ? "" : `: ${short_text["en"]}`;
}

/** What a field takes, in a few words. */
function rule(field: Field): string {
  const { basictype, specialtype, isarray, choices, minimum, maximum, unit, required } = field;
  const type = specialtype ?? basictype;
  const fixed = choices?.map((choice) => typeof choice === "string" ? choice : choice.value);
  return [
    fixed === undefined ? type : fixed.join("|"),
    isarray ? "any number of them" : "",
    minimum === undefined ? "" : `at least ${minimum}`,
    maximum === undefined ? "" : `at most ${maximum}`,
    unit ?? "",
    required ? "required" : "",
    field.default === undefined ? "" : `default ${JSON.stringify(field.default)}`,
    field.secret ? "secret" : "",
  ].filter((part) => part !== "").join(", ");
}
