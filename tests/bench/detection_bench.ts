/**
 * How long it takes to notice that a node was killed: two nodes of ours on the loopback, one ended
 * with SIGKILL at a moment that has nothing to do with its keepalive, twenty times or as often as
 * asked; and beside it the C original in network namespaces, where root, Debian's package and
 * `../shared` are there.
 *
 *     deno task bench detection
 *
 * @module
 */
import { until } from "../interop/heartbeat/cluster.ts";
import { lacking } from "../interop/heartbeat/lab.ts";
import { loopbackNode } from "../interop/heartbeat/loopback.ts";
import { measureC } from "./detection_c.ts";

const settings = [
  { keepaliveMs: 20, deadtimeMs: 60 },
  { keepaliveMs: 20, deadtimeMs: 200 },
  { keepaliveMs: 100, deadtimeMs: 500 },
];
const kills = Number(Deno.args[0] ?? 20);
const ports: Readonly<Record<string, number>> = { a: 18_694, b: 18_695 };

async function measure(times: typeof settings[number], scratch: string): Promise<string> {
  const options = { ...times, ports, keys: "auth 1\n1 sha1 measured\n", scratch };
  const survivor = loopbackNode("a", options);
  const took: number[] = [];
  let falseDeaths = 0;
  try {
    for (let kill = 0; kill < kills; kill++) {
      const from = Date.now();
      const victim = loopbackNode("b", options);
      const isActive = () =>
        survivor.lines.some(({ wallMs = 0, nodes = [] }) =>
          wallMs >= from && nodes.some(({ name, status }) => name === "b" && status === "active")
        );
      await until(isActive, 20_000, () => "nobody says that b is active");
      const settled = Date.now() + 300 + Math.random() * times.keepaliveMs;
      while (Date.now() < settled) await new Promise((resolve) => setTimeout(resolve, 1));
      falseDeaths += survivor.lines.filter((line) =>
        (line.wallMs ?? 0) >= settled - 300 &&
        line.nodes?.some(({ name, status }) => name === "b" && status === "dead")
      ).length;
      const at = Date.now();
      victim.signal("SIGKILL");
      const isDead = () => survivor.sawDead("b", at) !== undefined;
      await until(isDead, 5_000, () => "nobody says that b is dead");
      took.push((survivor.sawDead("b", at) ?? Number.NaN) - at);
      await victim.ended;
    }
  } finally {
    survivor.signal("SIGKILL");
    await survivor.ended;
  }
  return summary(took, falseDeaths);
}

function summary(took: readonly number[], falseDeaths: number): string {
  const sorted = [...took].sort((x, y) => x - y);
  const median = sorted[Math.floor(sorted.length / 2)];
  return `minimum ${sorted[0]} ms, median ${median} ms, maximum ${sorted.at(-1)} ms, ` +
    `${falseDeaths} false deaths, ${sorted.length} kills`;
}

const scratch = Deno.makeTempDirSync({ prefix: "detection_" });
const lacks = lacking();
try {
  for (const times of settings) {
    const { deadtimeMs, keepaliveMs } = times;
    console.log(`deadtime ${deadtimeMs} ms, keepalive ${keepaliveMs} ms`);
    console.log(`  ours  ${await measure(times, scratch)}`);
    if (lacks !== undefined) {
      console.log(`  C     not measured: ${lacks}`);
      continue;
    }
    const { took, falseDeaths } = await measureC(times, kills, scratch);
    console.log(`  C     ${summary(took, falseDeaths)}`);
  }
} finally {
  Deno.removeSync(scratch, { recursive: true });
}
