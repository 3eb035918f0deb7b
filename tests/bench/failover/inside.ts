/**
 * The measurement, in namespaces of its own: `failover_bench.ts` starts it there.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { messageOf } from "../../../metadata/message_of.ts";
import { clientAddress, network, scratch } from "../../lab/spaces.ts";
import { sh } from "../../lab/shell.ts";
import { type Case, cases, type Figures } from "./cases.ts";
import { Client } from "./client.ts";
import { ours } from "./ours.ts";
import { lackingPacemaker } from "../../lab/pacemaker.ts";
import { pacemaker, tokenMs } from "./pacemaker.ts";
import { report } from "./report.ts";
import { nginxConfiguration, type Side } from "./side.ts";

/** Port of the web server. */
const port = 8080;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    times: { type: "string", default: "10" },
    keepalive: { type: "string", default: "50" },
    deadtime: { type: "string", default: "200" },
    only: { type: "string", multiple: true },
    side: { type: "string", multiple: true },
    json: { type: "boolean" },
  },
});
const wanted = Object.entries(cases).filter(([name]) => values.only?.includes(name) ?? true);
const nginx = `${scratch}/failover_nginx.conf`;
await Deno.writeTextFile(nginx, nginxConfiguration(port));

const sides: Readonly<Record<string, () => Promise<Side>>> = {
  ours: () =>
    ours(
      { address: `${network}.100`, port, nginx },
      { keepaliveMs: Number(values.keepalive), deadtimeMs: Number(values.deadtime) },
    ),
  pacemaker: () => pacemaker(`${scratch}/failover_pcmk`, { address: "10.77.0.200", port, nginx }),
};

/** Repetitions of one measurement; those that fail are reported, and not counted. */
async function repeated(side: Side, client: Client, one: Case): Promise<readonly Figures[]> {
  const found: Figures[] = [];
  for (let count = 0; count < Number(values.times); count++) {
    try {
      const figures = await one.run(side, client);
      found.push(figures);
      console.error(
        `${side.name}: ${one.what}: Dummy ${figures.dummy.toFixed(0)} ms, ` +
          `web server ${figures.web.toFixed(0)} ms`,
      );
    } catch (error) {
      console.error(`FAILED ${side.name}: ${one.what}: ${messageOf(error)}`);
      console.error(await side.trouble());
      Deno.exitCode = 1;
      break;
    }
  }
  return found;
}

async function measured(make: () => Promise<Side>) {
  const side = await make();
  try {
    // The first start makes the machines; nothing of it is measured.
    if (side.name === "ours") await side.cold();
    await using client = new Client(side);
    const figures: Record<string, readonly Figures[]> = {};
    for (const [name, one] of wanted) figures[name] = await repeated(side, client, one);
    return { figures, falseDeaths: await side.falseDeaths() };
  } finally {
    await side[Symbol.asyncDispose]();
  }
}

const lacks = lackingPacemaker();
if (lacks.length > 0) console.log(`Without Pacemaker: there is no ${lacks.join(", ")}`);
const results: Record<string, Awaited<ReturnType<typeof measured>>> = {};
for (const [name, make] of Object.entries(sides)) {
  if (name === "pacemaker" && lacks.length > 0) continue;
  if (values.side?.includes(name) ?? true) results[name] = await measured(make);
}
await Deno.remove(nginx);
console.log(
  `ours: keepalive ${values.keepalive} ms, deadtime ${values.deadtime} ms. ` +
    `Pacemaker: token ${tokenMs} ms, dc-deadtime 2 s. The client is ${clientAddress}.`,
);
console.log(report(wanted, results));
if (values.json === true) console.log(JSON.stringify(results));
console.error(await sh("cat /proc/loadavg"));
Deno.exit(Deno.exitCode);
