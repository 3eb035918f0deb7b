/**
 * Whole nodes: how soon a killed one is noticed and its service is up again, how long a cluster
 * takes to start, and what a node weighs; medians of ten demos.
 *
 * Beside them what the originals take, as measured on a machine of this size: C heartbeat notices
 * after 0.64 s at these settings; a node of Pacemaker and Corosync weighs 130 MB.
 *
 * @module
 */
import { filePath } from "../../pils/found.ts";
const project = filePath(new URL("../..", import.meta.url));
/** Demos of one measurement. */
const runs = 10;

const flags = new TextDecoder().decode(
  (await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", `${project}/daemons/mgmtd/demo/flags.ts`],
  }).output()).stdout,
).trim().split(" ");

const found = new Map<string, number[]>();
for (let run = 1; run <= runs; run++) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      ...flags,
      `${project}/daemons/mgmtd/demo/mod.ts`,
      "--once",
      "--json",
    ],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (code !== 0) {
    console.error(decoder.decode(stderr));
    Deno.exit(1);
  }
  const result = JSON.parse(decoder.decode(stdout)) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(result)) {
    if (typeof value === "number") found.set(name, [...found.get(name) ?? [], value]);
  }
}
const peers: Readonly<Record<string, readonly [number, string]>> = {
  kill_to_noticed_ms: [642, "C heartbeat"],
  kill_to_started_ms: [783, "C heartbeat, without fencing"],
  node_pss_mb: [130, "Pacemaker and Corosync"],
};
console.log(`${runs} runs, three nodes, keepalive 100 ms, deadtime 500 ms: min / median / max`);
for (const [name, values] of found) {
  values.sort((a, b) => a - b);
  const median = values[Math.floor(values.length / 2)] ?? Number.NaN;
  const [peer, who] = peers[name] ?? [];
  console.log(
    `${name.padEnd(20)} ${values[0]} / ${median} / ${values.at(-1)}` +
      (peer === undefined ? "" : `   ${who}: ${peer}, ratio ${(median / peer).toFixed(2)}`),
  );
}
