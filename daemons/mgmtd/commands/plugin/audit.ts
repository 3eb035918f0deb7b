/**
 * What a plugin's test asked of Deno, beside what its manifest declares.
 *
 * @module
 */
import { permissionNames } from "../../../../metadata/manifest.ts";
import { covers } from "../../../../metadata/policy.ts";
import { readText } from "../../../site/bounded_file.ts";
import type { Permissions } from "../../../../pils/manifest.ts";
import { quietly } from "../../../../metadata/within.ts";

/** Name of the file in the plugin's folder in which Deno writes what was asked for. */
export const auditName = ".audit.jsonl";

/** Bytes of it at most. */
const auditBytesMax = 16 * 1024 * 1024;

/** What was asked and not declared, and what was declared and never asked. */
export async function audit(folder: URL, granted: Permissions): Promise<string[]> {
  const file = new URL(auditName, folder);
  const text = await readText(file, auditBytesMax).catch(() => "");
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
