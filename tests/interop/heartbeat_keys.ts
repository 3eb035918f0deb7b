/**
 * The key of a running cluster is changed: three processes of ours on the loopback send each other
 * numbered messages all the while. No packet may be refused, no message lost.
 *
 *     deno task interop keys
 *
 * @module
 */
import { keysFile, loopbackNode } from "./heartbeat/loopback.ts";
import type { Running } from "./heartbeat/running.ts";

const names = ["a", "b", "c"];
const ports = Object.fromEntries(names.map((name, at) => [name, 18_700 + at]));
/** The file of keys, step by step; each step is made on one node after another. */
const steps = [
  "auth 1\n1 sha1 old\n",
  "auth 1\n1 sha1 old\n2 sha256 new\n",
  "auth 2\n1 sha1 old\n2 sha256 new\n",
  "auth 2\n2 sha256 new\n",
];

const scratch = Deno.makeTempDirSync({ prefix: "keys_" });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What is wrong; empty if nothing is. */
function troubles(nodes: ReadonlyMap<string, Running>): string[] {
  const found: string[] = [];
  for (const [name, { lines, heard }] of nodes) {
    const counters = lines.findLast((line) => line.status?.counters)?.status?.counters;
    for (const why of ["unknown key", "wrong signature", "unsigned"]) {
      const refused = counters?.refused[why] ?? -1;
      if (refused !== 0) found.push(`${name} refused ${refused} packets: ${why}`);
    }
    for (const other of names.filter((other) => other !== name)) {
      const { count = 0, disorder = 0 } = heard[other] ?? {};
      if (disorder > 0) found.push(`${name} missed messages of ${other}`);
      if (count < 1_000) found.push(`${name} heard only ${count} messages of ${other}`);
    }
    if (lines.some((line) => line.nodes?.some(({ status }) => status === "dead"))) {
      found.push(`${name} took somebody for dead`);
    }
  }
  return found;
}

const options = { ports, keys: steps[0]!, scratch, keepaliveMs: 100, deadtimeMs: 2_000, chatMs: 5 };
const nodes = new Map(names.map((name) => [name, loopbackNode(name, options)]));
let wrong: string[];
try {
  await pause(6_000);
  for (const step of steps.slice(1)) {
    for (const [name, node] of nodes) {
      Deno.writeTextFileSync(keysFile(scratch, name), step, { mode: 0o600 });
      node.signal("SIGHUP");
      await pause(300);
    }
    await pause(700);
  }
  // The next report of each comes within five seconds.
  await pause(6_000);
  wrong = troubles(nodes);
  const sums = [...nodes].map(([name, { heard }]) =>
    `${name} ${names.reduce((sum, other) => sum + (heard[other]?.count ?? 0), 0)}`
  );
  const changed = "sha1 to sha256 on three nodes that run";
  console.log(
    wrong.length === 0
      ? `ok      ${changed}: no packet refused, every message in order (${sums.join(", ")})`
      : `FAILED  ${changed}: ${wrong.join("; ")}`,
  );
} finally {
  for (const node of nodes.values()) node.signal("SIGKILL");
  await Promise.all([...nodes.values()].map(({ ended }) => ended));
  Deno.removeSync(scratch, { recursive: true });
}
Deno.exit(wrong.length === 0 ? 0 : 1);
