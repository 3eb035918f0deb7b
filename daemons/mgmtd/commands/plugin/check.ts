/**
 * `ha plugin check`: runs a plugin's test, and in it the conformance suite of its kind, under the
 * permissions its manifest declares and no other, and says which of them it did not use and which
 * it wanted beside.
 *
 * @module
 */
import { check as checkConfig } from "../../../../metadata/check.ts";
import { diagnosticText } from "../../../../metadata/diagnostic.ts";
import { denoFlags, killGroup, quietly, spawnDeno } from "../../../../pils/child.ts";
import { machineClock, within } from "../../../../pils/clock.ts";
import { readData, readManifests } from "../../../../pils/discover.ts";
import { filePath } from "../../../../pils/found.ts";
import { covers, fill, permissionNames } from "../../../../pils/grant.ts";
import { pin, readLock } from "../../../../pils/lock.ts";
import type { Manifest, Permissions } from "../../../../pils/manifest.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { folderOf } from "./describe.ts";
import { placeGrant, placeOptions, type Places, placesOf } from "./places.ts";

/** Milliseconds that a plugin's test may take. */
const testMs = 120_000;
/** MiB of heap for it. */
const heapMiB = 512;
/** Name of the file in the plugin's folder in which Deno writes what was asked for. */
const auditName = ".audit.jsonl";

/** `ha plugin check KIND/NAME|FOLDER` */
export const check: Command = {
  path: ["plugin", "check"],
  summary: "Run the conformance suite of a plugin under the permissions it declares",
  details: "The example configuration is the default export of example.ts in its folder.",
  positionals: "KIND/NAME|FOLDER",
  options: placeOptions,
  grant(call, where) {
    const lock = { version: 1, plugins: {} } as const;
    const folder = folderOf(call.positionals[0] ?? ".", lock, placesOf(call, where), where);
    const path = filePath(folder);
    return placeGrant(call, where, { folders: [path], write: [`${path}/${auditName}`] });
  },
  async run(call, io, where) {
    const places = placesOf(call, where);
    const [word = "."] = call.positionals;
    const folder = folderOf(word, await readLock(places.lock), places, where);
    const [found] = await readManifests([folder], places);
    if (found?.manifest.ok !== true) {
      for (const problem of found?.manifest.diagnostics ?? []) {
        io.err(`${diagnosticText(problem)}\n`);
      }
      return exit.config;
    }
    const manifest = found.manifest.value;
    for (const warning of found.manifest.warnings) io.out(`warning: ${diagnosticText(warning)}\n`);
    await pin(folder, places); // throws what cannot be pinned
    const granted = await grantOf(folder, manifest, places);
    const success = await test(folder, granted, places, io.out);
    for (const line of await audit(folder, granted)) io.out(`${line}\n`);
    io.out(success ? `${manifest.kind}/${manifest.name} conforms.\n` : "It does not conform.\n");
    return success ? exit.ok : exit.error;
  },
};

async function grantOf(folder: URL, manifest: Manifest, places: Places): Promise<Permissions> {
  const example = new URL("example.ts", folder);
  const there = await Deno.stat(example).then(() => true, () => false);
  const config = checkConfig(manifest.config, there ? await readData(example, places) : {});
  const filled = config.ok
    ? fill(manifest.permissions, config.value, places.denoPath)
    : { ok: false as const, diagnostics: config.diagnostics };
  if (filled.ok) return filled.value;
  throw new Error(
    ["The example configuration does not do:", ...filled.diagnostics.map(diagnosticText)].join(
      "\n  ",
    ),
  );
}

async function test(
  folder: URL,
  granted: Permissions,
  places: Places,
  out: (text: string) => void,
): Promise<boolean> {
  const own = new URL("deno.json", folder);
  const configFile = await Deno.stat(own).then(() => own, () => places.configFile);
  const child = spawnDeno(
    [
      "test",
      ...denoFlags({ ...places, configFile }, heapMiB).filter((flag) => flag !== "--quiet"),
      "--no-lock",
      "--permit-no-files",
      ...permissionNames.flatMap((name) =>
        granted[name] === undefined ? [] : [`--allow-${name}=${granted[name].join(",")}`]
      ),
      filePath(new URL("mod_test.ts", folder)),
    ],
    places,
    2 * heapMiB,
    { DENO_AUDIT_PERMISSIONS: filePath(new URL(auditName, folder)) },
  );
  const decoder = new TextDecoder();
  const show = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) out(decoder.decode(chunk, { stream: true }));
  };
  const shown = Promise.all([show(child.stdout), show(child.stderr)]);
  try {
    await quietly(child.stdin.close());
    const late = () => new Error(`the test did not end within ${testMs} ms`);
    const { success } = await within(machineClock, testMs, child.status, late);
    return success;
  } finally {
    await killGroup(child, machineClock);
    await quietly(shown);
  }
}

/** What was asked and not declared, and what was declared and never asked. */
async function audit(folder: URL, granted: Permissions): Promise<string[]> {
  const file = new URL(auditName, folder);
  const text = await Deno.readTextFile(file).catch(() => "");
  await quietly(Deno.remove(file));
  const asked = text.split("\n").filter((line) => line !== "").map((line) => {
    const { permission, value }: { permission: string; value?: string } = JSON.parse(line);
    return { permission, value: value ?? "" };
  });
  const lines = new Set<string>();
  for (const { permission, value } of asked) {
    const name = permissionNames.find((known) => known === permission);
    if (name === undefined) continue;
    const declared = granted[name]?.some((entry) => covers(name, entry, value.replaceAll('"', "")));
    if (!declared) lines.add(`used but not declared: ${name} ${value}`);
  }
  for (const name of permissionNames) {
    for (const entry of granted[name] ?? []) {
      const used = asked.some(({ permission, value }) =>
        permission === name && covers(name, entry, value.replaceAll('"', ""))
      );
      if (!used) lines.add(`declared but never used by the test: ${name} ${entry}`);
    }
  }
  return [...lines].sort();
}
