/**
 * The measurement, in namespaces of its own: `cib_bench.ts` starts it there.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { messageOf } from "../../../metadata/message_of.ts";
import { lackingPacemaker } from "../../lab/pacemaker.ts";
import { scratch } from "../../lab/spaces.ts";
import { ours } from "./ours.ts";
import { lackingClient, pacemaker } from "./pacemaker.ts";
import type { Side, What } from "./side.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    nodes: { type: "string", default: "3" },
    seconds: { type: "string", default: "10" },
    side: { type: "string", multiple: true },
    json: { type: "boolean" },
  },
});
const [nodes, seconds] = [Number(values.nodes), Number(values.seconds)];
/**
 * Clients that write at once, and what. Ours checks a change of the configuration against the one that it
 * changes, so of ten such clients most would be asked to try again.
 */
const lines: readonly (readonly [clients: number, what: What])[] = [
  [1, "configuration"],
  [1, "tickets"],
  [10, "tickets"],
];
/** Seconds that are not counted. */
const warmS = 2;

interface Found {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

async function measured(side: Side): Promise<readonly Found[]> {
  const found: Found[] = [];
  try {
    for (const [clients, what] of lines) {
      await side.writes(what, clients, warmS);
      const ms = (await side.writes(what, clients, seconds)).toSorted((a, b) => a - b);
      const at = (part: number) => ms[Math.floor((ms.length - 1) * part)] ?? Number.NaN;
      found.push({ perSecond: ms.length / seconds, p50: at(0.5), p99: at(0.99) });
    }
  } catch (error) {
    console.error(`${messageOf(error)}\n${await side.trouble()}`);
    Deno.exitCode = 1;
  }
  return found;
}

const lacks = [...lackingPacemaker(), ...lackingClient()];
if (lacks.length > 0) console.log(`Without Pacemaker: there is no ${lacks.join(", ")}`);
const sides: Readonly<Record<string, () => Promise<Side>>> = {
  ours: () => ours(nodes),
  pacemaker: () => pacemaker(`${scratch}/cib_pcmk`, nodes),
};
const results: Record<string, readonly Found[]> = {};
for (const [name, make] of Object.entries(sides)) {
  if (name === "pacemaker" && lacks.length > 0) continue;
  if (!(values.side?.includes(name) ?? true)) continue;
  await using side = await make();
  results[name] = await measured(side);
}
const shown = (value: number | undefined) => (value?.toFixed(1) ?? "-").padStart(12);
console.log(`${nodes} nodes, ${seconds} s for each line`);
console.log(
  `${"".padEnd(44)}${"ours".padStart(12)}${"Pacemaker".padStart(12)}${"ratio".padStart(8)}`,
);
for (const [at, [clients, kind]] of lines.entries()) {
  const [mine, theirs] = [results.ours?.[at], results.pacemaker?.[at]];
  for (
    const [what, name] of [
      ["writes a second", "perSecond"],
      ["p50, ms", "p50"],
      ["p99, ms", "p99"],
    ] as const
  ) {
    const [own, peer] = [mine?.[name], theirs?.[name]];
    const ratio = own === undefined || peer === undefined ? "-" : (own / peer).toFixed(2);
    console.log(
      `${`${clients} clients, ${kind}: ${what}`.padEnd(44)}${shown(own)}${shown(peer)}${
        ratio.padStart(8)
      }`,
    );
  }
}
if (values.json === true) console.log(JSON.stringify(results));
Deno.exit(Deno.exitCode);
