/**
 * Clusters of C heartbeat 3.0.6 and our nodes, in network namespaces: nine of them side by side in
 * which nothing may happen, over all pairs of media, methods, compressions and sizes; then those to
 * which something is done. The C program `cl_status` is asked on both kinds of nodes.
 *
 *     deno task interop heartbeat [--minutes N] [--only NAME...]
 *
 * Needs root, Debian's heartbeat and `../shared/lab/hb-cluster.sh`; without them it says so and ends
 * well.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { messageOf } from "../../metadata/message_of.ts";
import type { Case } from "./heartbeat/case.ts";
import { cases } from "./heartbeat/cases.ts";
import { Cluster } from "./heartbeat/cluster.ts";
import { lacking } from "./heartbeat/lab.ts";
import { described, pairwise } from "./heartbeat/shape.ts";
import { soak } from "./heartbeat/soak.ts";

/** Minutes that nothing happens for. */
const minutesDefault = 0.5;
/** Clusters to which something is done, side by side: their times are measured. */
const casesAtOnce = 3;

const { values } = parseArgs({
  args: Deno.args,
  options: { minutes: { type: "string" }, only: { type: "string", multiple: true } },
});
const minutes = Number(values.minutes ?? minutesDefault);
if (!Number.isFinite(minutes) || minutes <= 0) {
  console.error(`"${values.minutes}" is no number of minutes`);
  Deno.exit(64);
}
const lacks = lacking();
if (lacks !== undefined) {
  console.log(`Skipped: ${lacks}`);
  Deno.exit(0);
}
const scratch = Deno.makeTempDirSync({ prefix: "hb" });
let failed = 0;

async function one({ what, shape, act }: Case): Promise<void> {
  const cluster = new Cluster(shape, scratch);
  const title = `${what} (${described(shape)})`;
  try {
    await cluster.up();
    console.log(`ok      ${title}: ${await act(cluster)}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${title}: ${messageOf(error)}`);
  } finally {
    await cluster.down();
  }
}

/** Whether it was asked for. */
const wanted = (what: string) =>
  values.only === undefined || values.only.some((part) => what.includes(part));

async function sideBySide(all: readonly Case[], atOnce: number): Promise<void> {
  const waiting = [...all];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await one(next);
  }));
}

const quiet = pairwise.map((shape): Case => ({
  what: `quiet ${shape.name}`,
  shape,
  act: (cluster) => soak(cluster, minutes),
})).filter(({ what }) => wanted(what));
const active = cases.filter(({ what }) => wanted(what));
if (quiet.length + active.length === 0) {
  console.error(`Nothing is called ${values.only?.join(", ")}`);
  Deno.exit(64);
}
try {
  await sideBySide(quiet, pairwise.length);
  await sideBySide(active, casesAtOnce);
} finally {
  Deno.removeSync(scratch, { recursive: true });
}
Deno.exit(failed === 0 ? 0 : 1);
