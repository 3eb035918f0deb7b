/**
 * `ha plugin check`: runs a plugin's test, and in it the conformance suite of its kind, under the
 * permissions its manifest declares and no other, and says which of them it did not use and which
 * it wanted beside.
 *
 * @module
 */
import { diagnosticText } from "../../../../metadata/diagnostic.ts";
import { denoFlags, killGroup, spawnDeno } from "../../../../pils/child.ts";
import { quietly, within } from "../../../../pils/within.ts";
import { readManifests } from "../../../consent/discover.ts";
import { filePath } from "../../../../pils/found.ts";
import { permissionNames } from "../../../../metadata/manifest.ts";
import { covers } from "../../../../pils/policy.ts";
import { pin } from "../../../consent/pin.ts";
import { readWholeLock } from "../../../consent/lock_file.ts";
import type { Permissions } from "../../../../pils/manifest.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { agentGrant, agentSource, askAgent } from "./agent.ts";
import { agentReport } from "./agent_check.ts";
import { planOf } from "./plan.ts";
import {
  folderOf,
  folderUrl,
  isIdentity,
  placeGrant,
  placeOptions,
  type Places,
  placesOf,
} from "./places.ts";

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
  details: "The permissions are those that conform() gives each clause in its mod_test.ts. Of an " +
    "AGENT (ocf:PROVIDER:TYPE, fence_TYPE, stonith:TYPE, *.xml) the meta-data is checked.",
  positionals: "KIND/NAME|FOLDER|AGENT",
  options: {
    ...placeOptions,
    json: { type: "boolean", summary: "Print what was found as one JSON object" },
    "no-check": { type: "boolean", summary: "Do not check types, which takes most of the time" },
  },
  grant(call, where) {
    const [word = "."] = call.positionals;
    const agent = agentSource(word, where);
    if (agent !== undefined) return agentGrant(agent);
    const { plugins } = placesOf(call, where);
    const folders = [
      folderUrl(word, where.here),
      ...isIdentity(word) ? [new URL(`${word}/`, plugins)] : [],
    ];
    const write = folders.map((folder) => filePath(new URL(auditName, folder)));
    return placeGrant(call, where, { folders: [word], write });
  },
  async run(call, io, where) {
    const places = placesOf(call, where);
    const [word = "."] = call.positionals;
    const agent = agentSource(word, where);
    if (agent !== undefined) {
      const { text, ok } = agentReport(word, await askAgent(word, agent));
      io.out(text);
      return ok ? exit.ok : exit.badData;
    }
    const folder = await folderOf(word, await readWholeLock(places.lock), places, where);
    const [found] = await readManifests([folder], places);
    if (found?.manifest.ok !== true) {
      for (const problem of found?.manifest.diagnostics ?? []) {
        io.err(`${diagnosticText(problem)}\n`);
      }
      return exit.config;
    }
    const manifest = found.manifest.value;
    for (const warning of found.manifest.warnings) io.err(`warning: ${diagnosticText(warning)}\n`);
    await pin(folder, places); // throws what cannot be pinned
    const granted = hosts((await planOf(folder, places)).permissions);
    let said = "";
    const { json } = call.options;
    const out = (text: string) => (said += text, (json ? io.err : io.out)(text));
    const succeeded = await test(folder, granted, places, {
      out,
      types: !call.options["no-check"],
    });
    const success = succeeded && /[1-9]\d* passed/.test(said); // all may have been left out
    const id = `${manifest.kind}/${manifest.name}`;
    const permissions = await audit(folder, granted);
    if (json) {
      io.out(`${JSON.stringify({ id, conforms: success, permissions }, null, 2)}\n`);
    } else {
      for (const line of permissions) io.out(`${line}\n`);
      io.out(success ? `${id} conforms.\n` : "It does not conform.\n");
    }
    return success ? exit.ok : exit.error;
  },
};

/**
 * The grant with whole hosts: a test may choose its ports when it runs. Each clause is still held to
 * the ports of its own example.
 */
function hosts(permissions: Permissions): Permissions {
  const { net, ...others } = permissions;
  if (net === undefined) return permissions;
  return { ...others, net: [...new Set(net.map((entry) => entry.replace(/:\d+$/, "")))] };
}

async function test(
  folder: URL,
  granted: Permissions,
  places: Places,
  { out, types }: { readonly out: (text: string) => void; readonly types: boolean },
): Promise<boolean> {
  const own = new URL("deno.json", folder);
  const isThere = (file: URL) => Deno.stat(file).then(() => true, () => false);
  const configFile = await isThere(own) ? own : places.configFile;
  const packages = new URL("deno.lock", folder);
  const child = spawnDeno(
    [
      "test",
      ...denoFlags({ ...places, configFile }, heapMiB).filter((flag) => flag !== "--quiet"),
      ...await isThere(packages) ? [`--lock=${filePath(packages)}`] : ["--no-lock"],
      ...types ? [] : ["--no-check"],
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
    const { success } = await within(testMs, child.status, late);
    return success;
  } finally {
    await killGroup(child);
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
    return { permission, value: endpointOf((value ?? "").replaceAll('"', "")) };
  });
  const lines = new Set<string>();
  for (const { permission, value } of asked) {
    const name = permissionNames.find((known) => known === permission);
    if (name === undefined) continue;
    const declared = granted[name]?.some((entry) => covers(name, entry, value));
    if (!declared && value !== "") lines.add(`used but not declared: ${name} ${value}`);
  }
  for (const name of permissionNames) {
    for (const entry of granted[name] ?? []) {
      const used = asked.some(({ permission, value }) =>
        permission === name && (value === "" || covers(name, entry, value)) // not every use is named
      );
      if (!used) lines.add(`declared but never used by the test: ${name} ${entry}`);
    }
  }
  return [...lines].sort();
}

/** What is fetched is asked for by its URL; what is granted is its host and port. */
function endpointOf(value: string): string {
  if (!/^https?:\/\//.test(value)) return value;
  const { hostname, port, protocol } = new URL(value);
  return `${hostname}:${port === "" ? protocol === "https:" ? 443 : 80 : port}`;
}
