/**
 * False deaths at a deadtime of 200 ms on a machine that is busy everywhere: two nodes on the
 * loopback, a busy loop for each core, and each node's main thread blocked 400 ms of every second.
 * With the tick in a thread of real-time priority (as root, or where the kernel allows it), in an
 * ordinary thread, and without one.
 *
 *     deno task bench tick [--minutes 10] [--tick realtime] [--verbose]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startNodes } from "./tick_nodes.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    verbose: { type: "boolean", default: false },
    minutes: { type: "string", default: "0.2" },
    tick: { type: "string", multiple: true, default: ["realtime", "worker", "main"] },
  },
});
const minutes = Number(values.minutes);

async function measure(tick: string): Promise<string> {
  await using nodes = await startNodes({ tick, ports: [16_694, 16_695], verbose: values.verbose });
  const loops: Deno.ChildProcess[] = [];
  try {
    for (let core = 0; core < navigator.hardwareConcurrency; core++) {
      loops.push(
        new Deno.Command("/bin/sh", { args: ["-c", "while :; do :; done"], stdin: "null" }).spawn(),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, minutes * 60_000));
    const seen = await nodes.seen();
    const deaths = seen.reduce((sum, { deaths }) => sum + deaths, 0);
    return `${deaths} false deaths, a heartbeat at most ` +
      `${Math.max(...seen.map(({ lateMsMax }) => lateMsMax))} ms late`;
  } finally {
    for (const loop of loops) {
      loop.kill("SIGKILL");
      await loop.status;
    }
  }
}

console.log(
  `${minutes} minutes each; keepalive 20 ms, deadtime 200 ms, ` +
    `${navigator.hardwareConcurrency} busy loops, main threads blocked 400 ms of every second`,
);
for (const tick of values.tick) console.log(`${tick.padEnd(9)} ${await measure(tick)}`);
