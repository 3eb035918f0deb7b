/**
 * What happens to the cluster, one after the other. Each begins with all nodes as members.
 *
 * @module
 */
import assert from "node:assert/strict";
import { nodes, supplies, topology } from "./cib.ts";
import type { PowerLab, Remembered } from "./lab.ts";

const shown = (times: Readonly<Record<string, number>>): string =>
  Object.entries(times).map(([step, ms]) => `${step} ${ms} ms`).join(", ");

/** Which execution a record is of. */
const named = ({ action, delegate, device, execution }: Remembered): string =>
  `${action} by ${delegate}, ${device}, ${execution}`;

/** The coordinator cannot reach the switch; the other node fences for it. */
async function delegated(lab: PowerLab): Promise<string> {
  const { coordinator, other, victim } = await lab.cast();
  await lab.place(victim);
  const sinceMs = lab.now();
  await lab.cable(coordinator, "power", "down");
  const fromMs = await lab.cable(victim, "cluster", "down");
  const times = await lab.death(victim, fromMs, true);
  assert.ok((times.started ?? 0) > (times.fenced ?? 0), "nothing starts before it");
  await lab.lost(victim);
  await lab.endedOnce(victim, sinceMs);
  const [record, ...more] = await lab.until(
    `${coordinator} remembers it`,
    async () => {
      const found = await lab.history(coordinator, victim);
      return found.some(({ ok }) => ok) ? found : undefined;
    },
  );
  assert.deepEqual(more, [], "one fencing");
  assert.deepEqual([record?.ok, record?.delegate, record?.device], [
    true,
    other,
    `power-${victim}`,
  ]);
  const own = await lab.history(other, victim);
  assert.deepEqual(own.map(({ ok, delegate }) => [ok, delegate]), [[true, other]]);
  await lab.cable(coordinator, "power", "up");
  return shown(times);
}

/** The first level says "done" and does nothing; the second needs two supplies to be off. */
async function levels(lab: PowerLab): Promise<string> {
  const { victim } = await lab.cast();
  await lab.fencesBy("off");
  const both = [`left-${victim}`, `right-${victim}`];
  for (const id of both) await lab.switches.of(id).start();
  await lab.switches.of(`power-${victim}`).lies(true);
  await lab.observer.apply([
    ...supplies(lab.folder, victim).map((xml) => (
      { op: "create", path: "/cib/configuration/resources", xml } as const
    )),
    {
      op: "create",
      path: "/cib/configuration",
      xml: topology(victim, [[`power-${victim}`], both]),
    },
  ]);
  for (const node of nodes) await lab.ready(node);
  const sinceMs = lab.now();
  const fromMs = await lab.cable(victim, "cluster", "down");
  const times = await lab.death(victim, fromMs);
  await lab.lost(victim);
  await lab.endedOnce(victim, sinceMs);
  const [left, right, first] = await Promise.all(
    [...both, `power-${victim}`].map(async (id) => {
      const orders = (await lab.switches.of(id).ordered()).filter(({ atMs }) => atMs >= sinceMs);
      return orders.find(({ power }) => power === "off")?.atMs ?? 0;
    }),
  );
  assert.ok(first && left && right && first < left && left < right, "one after the other");
  const [cut] = (await lab.switches.cuts()).filter(({ atMs }) => atMs >= sinceMs);
  assert.ok((cut?.atMs ?? 0) >= right, "one supply kept it alive");
  const { coordinator } = await lab.cast();
  const records = await lab.history(coordinator, victim);
  assert.equal(records.at(-1)?.device, both.join(", "));
  await lab.switches.of(`power-${victim}`).lies(false);
  await lab.observer.apply([
    { op: "delete", path: "/cib/configuration/fencing-topology" },
    ...both.map((id) => (
      { op: "delete", path: `/cib/configuration/resources/primitive[@id='${id}']` } as const
    )),
  ]);
  await lab.fencesBy("reboot");
  await lab.on(victim);
  return shown(times);
}

/** Its machine loses power while the other node's device is at it. */
async function coordinatorDies(lab: PowerLab): Promise<string> {
  const { coordinator, other, victim } = await lab.cast();
  await lab.place(victim);
  const slow = lab.switches.of(`power-${victim}`);
  await slow.takes(3);
  const sinceMs = lab.now();
  await lab.cable(coordinator, "power", "down");
  const fromMs = await lab.cable(victim, "cluster", "down");
  await lab.until("the device has its order", async () => {
    const orders = await slow.ordered();
    return orders.some(({ atMs }) => atMs > sinceMs) || undefined;
  });
  await lab.cluster.powerOff(coordinator);
  await lab.lost(victim);
  await slow.takes(0);
  const goneMs = Math.round(lab.now() - fromMs);
  await lab.on(coordinator);
  const runs = await lab.until("the service runs elsewhere", async () => {
    for (const node of [coordinator, other]) if (await lab.runsOn(node)) return node;
    return undefined;
  });
  const startedMs = Math.round(lab.now() - fromMs);
  await lab.endedOnce(victim, sinceMs);
  const recordsOf = async (node: string): Promise<readonly string[]> =>
    (await lab.history(node, victim)).filter(({ ok, wallMs }) => ok && wallMs >= sinceMs).map(
      named,
    );
  const own = await recordsOf(other);
  assert.equal(own.length, 1, "the device confirmed it");
  await lab.on(victim);
  await lab.endedOnce(victim, sinceMs);
  const offs = (await slow.ordered()).filter(({ atMs, power }) =>
    atMs > sinceMs && power === "off"
  );
  assert.equal(offs.length, 1, "one execution: the next coordinator hears of it");
  await lab.until("all remember the same", async () => {
    const all = await Promise.all(nodes.map(recordsOf));
    return all.every((records) => records.join() === own.join()) || undefined;
  });
  return `ended after ${goneMs} ms, the service runs on ${runs} after ${startedMs} ms`;
}

/** By name. */
export const cases: Readonly<Record<string, (lab: PowerLab) => Promise<string>>> = {
  "a node that is cut off is fenced by a node that reaches its controller": delegated,
  "the first level lies, and the second takes both supplies": levels,
  "the coordinator loses power while another node fences": coordinatorDies,
};
