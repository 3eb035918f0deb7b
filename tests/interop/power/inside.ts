/**
 * The part, in namespaces of its own: `power.ts` starts it there.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { attempt } from "../resources/report.ts";
import { cases } from "./cases.ts";
import { diskStates, fencedAfter, lacking, mustFence, prepareDisk } from "./disk.ts";
import { PowerLab } from "./lab.ts";
import { nodes } from "./cib.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    only: { type: "string" },
    disks: { type: "boolean", default: false },
  },
});

/** What runs without `--only`; the others take two more minutes. */
const usual = ["cut off"];
const isWanted = (what: string): boolean =>
  (values.only === undefined ? usual : [values.only]).some((text) => what.includes(text));

/** Each state of the disk of the coordinator. */
async function disks(lab: PowerLab, all: boolean): Promise<void> {
  lab.prepare = (node) => prepareDisk(lab, node);
  for (const node of nodes) await lab.cluster.powerOff(node);
  await attempt(
    "the same with their code and state on disks that can hang",
    () => lab.on(...nodes),
  );
  for (const state of all ? diskStates : mustFence) {
    const what = `a node is fenced while the disk of the coordinator is: ${state}`;
    const ok = await attempt(what, async () => {
      const { orderMs, killMs } = await fencedAfter(lab, state);
      await lab.on(...lab.off);
      return `order to fenced ${orderMs} ms` +
        (killMs === undefined ? "" : `, kill to fenced ${killMs} ms`);
    });
    if (!ok) {
      console.log(await lab.cluster.logs());
      break;
    }
  }
}

const lab = await PowerLab.write();
try {
  if (!await attempt("three nodes with their power switches", () => lab.on(...nodes))) {
    console.log(await lab.cluster.logs());
  }
  for (const [what, run] of Object.entries(cases)) {
    if (!isWanted(what)) continue;
    const { off } = lab;
    const isOn = off.length === 0 || await attempt(`on again: ${off}`, () => lab.on(...off));
    if (!isOn || !await attempt(what, () => run(lab))) {
      console.log(await lab.cluster.logs());
      break;
    }
  }
  if (isWanted("disks") && lacking().length > 0) {
    console.log(`Skipped: there is no ${lacking().join(", ")}. Fix: apt-get install bindfs`);
  } else if (isWanted("disks")) await disks(lab, values.disks);
} finally {
  await lab[Symbol.asyncDispose]();
}
Deno.exit(Deno.exitCode);
