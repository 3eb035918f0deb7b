/**
 * What is done to clusters, and what must come of it.
 *
 * @module
 */
import { type Cluster, pause, until } from "./cluster.ts";
import { cPrograms, whoMay } from "./c_programs.ts";
import type { Case } from "./case.ts";
import { oddCases } from "./odd_cases.ts";
import { nodesChange } from "./nodes_change.ts";
import type { Shape } from "./shape.ts";
import { settled } from "./soak.ts";

/** A C node raises its deadtime for its first 5 s. */
const graceMs = 5_500;

const pair = (name: string, more: Partial<Shape> = {}): Shape => ({
  name,
  c: 1,
  ours: 1,
  media: "ucast",
  auth: "sha1 labkey",
  ...more,
});

/** All cases. */
export const cases: readonly Case[] = [
  { what: "kill -9 of a node of ours", shape: pair("ko"), act: oursDies },
  { what: "power failure of a C node", shape: pair("kc"), act: theirsDies },
  {
    what: "5 % lost",
    shape: pair("l5", { c: 1, ours: 2, media: "bcast", compression: "zlib", deadtimeMs: 2_000 }),
    act: (cluster) => lossy(cluster, 0.05),
  },
  {
    what: "20 % lost",
    shape: pair("l20", { c: 2, ours: 1, media: "mcast", auth: "md5 labkey", deadtimeMs: 3_000 }),
    act: (cluster) => lossy(cluster, 0.2),
  },
  ...oddCases,
  { what: "wrong key", shape: pair("wk"), act: wrongKey },
  { what: "old generation", shape: pair("og"), act: oldGeneration },
  { what: "suspended process", shape: pair("su", { ccm: true }), act: suspended },
  { what: "partition", shape: pair("pa", { media: "bcast", ccm: true }), act: parted },
  {
    what: "C node stops and starts",
    shape: pair("cs", { media: "bcast", ccm: true }),
    act: theirsRestarts,
  },
  {
    what: "C programs on our daemon",
    shape: pair("cp", { media: "bcast", ccm: true, deadtimeMs: 2_000 }),
    act: cPrograms,
  },
  { what: "who may sign on", shape: pair("wm", { deadtimeMs: 2_000 }), act: whoMay },
  {
    what: "nodes added, removed, joining by themselves",
    shape: pair("an", {
      c: 1,
      ours: 2,
      media: "bcast",
      autojoin: "other",
      ccm: true,
      deadtimeMs: 2_000,
    }),
    act: nodesChange,
  },
];

/** Our node is killed; the C node must notice, and take it back. */
async function oursDies(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  const watching = cluster.sign(1);
  await pause(graceMs);
  const at = await cluster.kill(2);
  await until(
    () => watching.sawDead("node2", at) !== undefined,
    10_000,
    () => "the C node did not notice",
  );
  const took = (watching.sawDead("node2", at) ?? 0) - at;
  // The original looks every 250 ms, and again at its next turn.
  within(took, cluster.deadtimeMs + cluster.keepaliveMs + 350, "the C node");
  cluster.start(2);
  await cluster.allActive();
  return `noticed by C after ${took} ms, taken back after a restart`;
}

/** A C node is powered off, then booted; ours must notice both. */
async function theirsDies(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  await pause(graceMs);
  const node = cluster.nodes.get(2)!;
  const at = await cluster.kill(1);
  await until(() => node.sees("node1") === "dead", 10_000, () => "ours did not notice");
  const took = (node.sawDead("node1", at) ?? 0) - at;
  within(took, cluster.deadtimeMs + cluster.keepaliveMs, "ours");
  await cluster.boot(1);
  await cluster.allActive();
  return `noticed by ours after ${took} ms, rejoined`;
}

function within(tookMs: number, limitMs: number, who: string): void {
  // A machine with other work may wake a process late; that is no fault of the protocol.
  const slackMs = 150;
  if (tookMs > limitMs + slackMs) {
    throw new Error(`${who} took ${tookMs} ms, more than ${limitMs} ms`);
  }
}

/** Packets are lost on every node; what clients send each other is repaired. */
async function lossy(cluster: Cluster, part: number): Promise<string> {
  await cluster.allActive();
  for (const index of cluster.indexes) cluster.sign(index, { everyMs: 25, count: 400 });
  await until(
    () => [...cluster.clients.values()].every(({ heard }) => Object.keys(heard).length > 0),
    20_000,
    () => "clients do not hear each other",
  );
  for (const index of cluster.indexes) await cluster.lab("loss", String(index), String(part));
  await until(
    () =>
      [...cluster.clients.values()].every(({ lines }) =>
        lines.findLast((line) => line.said !== undefined)?.said === 400
      ),
    60_000,
    () => "clients were held up",
  );
  const delivered = await settled(cluster, 30_000);
  const resent = [...cluster.nodes.values()].map(({ lines }) =>
    lines.findLast((line) => line.status?.counters)?.status?.counters?.resent ?? 0
  );
  await cluster.lab("heal");
  await cluster.allActive();
  return `${delivered} messages, each once and in order; sent again by ours: ${resent.join(", ")}`;
}

/** A node of ours with another key is heard by nobody and hears nobody. */
async function wrongKey(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  await cluster.kill(2);
  await until(
    async () => await cluster.clStatus(1, "nodestatus", "node2") === "dead",
    10_000,
    () => "the C node did not notice",
  );
  const stranger = cluster.start(2, { auth: "sha1 wrongkey" });
  await pause(4_000);
  if (stranger.sees("node1") === "active") throw new Error("ours took packets of another key");
  const status = await cluster.clStatus(1, "nodestatus", "node2");
  if (status !== "dead") throw new Error(`the C node says ${status} of it`);
  return "refused on both sides";
}

/**
 * A node of ours whose disk was restored with an earlier generation comes back all the same: its life is
 * numbered from the clock. A C node that comes back with one is refused.
 */
async function oldGeneration(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  const state = `${cluster.folder(2)}/heartbeat`;
  await cluster.kill(2);
  const saved = await cluster.exec(2, "sh", "-c", `ls ${state}; cat ${state}/*generation*`);
  const generation = Number(/\d{6,}/.exec(saved)?.[0]);
  await cluster.exec(
    2,
    "sh",
    "-c",
    `printf ${generation - 5} > ${state}/$(ls ${state} | grep generation)`,
  );
  await until(
    async () => await cluster.clStatus(1, "nodestatus", "node2") === "dead",
    10_000,
    () => "the C node did not notice",
  );
  cluster.start(2);
  await cluster.allActive();
  // Now the other side: ours, with a generation above all, hears a C node with one of the past.
  await cluster.kill(2);
  await cluster.exec(
    2,
    "sh",
    "-c",
    `printf ${generation + 100} > ${state}/$(ls ${state} | grep generation)`,
  );
  const node = cluster.start(2);
  await cluster.allActive();
  await cluster.kill(1);
  await until(() => node.sees("node1") === "dead", 10_000, () => "ours did not notice");
  await cluster.lab("boot", "1");
  await cluster.exec(1, "sh", "-c", "printf '%15d\\n' 1000 > /var/lib/heartbeat/hb_generation");
  await cluster.lab("start", "1");
  await pause(4_000);
  if (node.sees("node1") !== "dead") throw new Error(`ours says ${node.sees("node1")} of it`);
  await until(
    () =>
      (node.lines.findLast((line) => line.status)?.status?.counters?.dropped["old generation"] ??
        0) > 0,
    6_000,
    () => "it was not heard at all",
  );
  return "ours came back, theirs was refused";
}

/** A C node is stopped cleanly and started again: ours sees both, and messages go on. */
async function theirsRestarts(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  const node = cluster.nodes.get(2)!;
  await cluster.lab("stop", "1");
  await until(() => node.sees("node1") === "dead", 40_000, () => "ours did not notice");
  await cluster.lab("start", "1");
  await cluster.allActive(30_000);
  for (const index of cluster.indexes) cluster.sign(index, { everyMs: 50, count: 40 });
  await until(
    () =>
      [...cluster.clients.values()].every(({ lines }) =>
        lines.findLast((line) => line.said !== undefined)?.said === 40
      ),
    20_000,
    () => "clients were held up",
  );
  return `stopped, started, ${await settled(cluster)} messages since`;
}

/** Our process stands still: C gives it up; it gives up nobody, and is taken back. */
async function suspended(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  const watching = cluster.sign(1);
  await pause(graceMs);
  const node = cluster.nodes.get(2)!;
  const at = Date.now();
  await cluster.suspend(2);
  await until(
    () => watching.sawDead("node2", at) !== undefined,
    10_000,
    () => "the C node did not notice",
  );
  await pause(2_000);
  await cluster.resume(2);
  await cluster.allActive();
  if (node.sawDead("node1", at) !== undefined) throw new Error("ours took the C node for dead");
  return `given up by C after ${
    (watching.sawDead("node2", at) ?? 0) - at
  } ms, gave up nobody, back`;
}

/** Nobody hears anybody for a while; then messages of clients go on. */
async function parted(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  const watching = cluster.sign(1);
  await pause(graceMs);
  const node = cluster.nodes.get(2)!;
  const at = Date.now();
  await Promise.all([cluster.lab("drop", "1", "2"), cluster.lab("drop", "2", "1")]);
  await until(
    () => watching.sawDead("node2", at) !== undefined && node.sawDead("node1", at) !== undefined,
    10_000,
    () => "somebody did not notice",
  );
  await pause(1_000);
  await cluster.lab("heal");
  await cluster.allActive();
  await cluster.endClient(1);
  for (const index of cluster.indexes) cluster.sign(index, { everyMs: 50, count: 40 });
  await until(
    () =>
      [...cluster.clients.values()].every(({ lines }) =>
        lines.findLast((line) => line.said !== undefined)?.said === 40
      ),
    20_000,
    () => "clients were held up",
  );
  return `dead on both sides, active again, ${await settled(cluster)} messages since`;
}
