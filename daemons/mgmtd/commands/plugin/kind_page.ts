/**
 * The reference page of a kind, as Markdown.
 *
 * @module
 */
import type { Manifest } from "../../../../pils/manifest.ts";
import { usualLimits } from "../../../../pils/running.ts";
import { level } from "./describe.ts";
import type { Kind } from "./kind.ts";
import { asks } from "./words.ts";

/** The page of the kind that a handler manages; `plugins` are those there are. */
export function kindPage(
  { name: kind, summary }: Manifest,
  { contract, types, clauses }: Kind,
  plugins: readonly Manifest[],
): string {
  const { api, oldest, methods, optional, deadlinesMs } = contract;
  const [, newest] = api.split("/");
  const served = Number(newest) === oldest ? `\`${api}\`` : `\`${kind}/${oldest}\` to \`${api}\``;
  return [
    `# Kind ${kind}`,
    "",
    `${summary["en"] ?? ""}. Plugins written for ${served} are taken.`,
    "",
    "## Methods",
    "",
    "| method | | must end within |",
    "| --- | --- | --- |",
    ...[...methods, ...optional].map((method) =>
      `| \`${method}\` | ${methods.includes(method) ? "required" : "optional"} | ${
        (deadlinesMs[method] ?? (method === "close" ? usualLimits.closeMs : usualLimits.callMs)) /
        1000
      } s |`
    ),
    "",
    "## Contract",
    "",
    "```ts",
    types.trim(),
    "```",
    "",
    "## What every plugin of the kind keeps",
    "",
    ...clauses.map(({ id, says }) => `- **${id}** ${says}`),
    "",
    "## Plugins",
    "",
    ...plugins.length === 0
      ? ["There is none yet."]
      : ["| plugin | what | level | asks |", "| --- | --- | --- | --- |", ...plugins.map(row)],
    "",
  ].join("\n");
}

function row(manifest: Manifest): string {
  const { kind, name, summary } = manifest;
  return `| \`${kind}/${name}\` | ${summary["en"] ?? ""} | \`${level(manifest, true)}\` | ${
    asks(manifest).join("; ") || "nothing"
  } |`;
}
