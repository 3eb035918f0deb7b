/**
 * Runs attacks on a real node, one after another, and measures the delay of the node's heartbeats
 * at its partner.
 *
 * @module
 */
import { z } from "zod";
import { type Attack, loot } from "../attack.ts";
import { identifier } from "../plugins.ts";
import type { NodeStage, Place } from "./stage.ts";

/** What became of one attack. */
export interface Row {
  readonly name: string;
  readonly place: Place;
  /** Milliseconds by which a heartbeat of the node was late at most. */
  readonly lateMs: number;
  /** The same of a process beside it that only beats: what the machine alone did. */
  readonly machineMs: number;
  /** The same of a process that beats and has the attack inside it. */
  readonly inlineMs: number | undefined;
  /** What is wrong; none: it was contained. */
  readonly wrong: readonly string[];
}

/** How long each attack goes on, in milliseconds. */
export interface Times {
  readonly onNodeMs: number;
  /** In a process that only beats; left out: not at all. */
  readonly inlineMs?: number;
}

/** Milliseconds within which an attack must have begun, whatever else the machine does. */
const beginMs = 20_000;

/** Lets one attack loose on the node, and then in a process that only beats. */
export async function measure(
  node: NodeStage,
  attack: Attack,
  place: Place,
  { onNodeMs, inlineMs }: Times,
): Promise<Row> {
  const name = identifier(attack.name);
  const before = await node.daemons();
  const logged = (await node.log()).length;
  await Promise.all([node.heard(), node.machine()]);
  await node.configure(name, place);
  const begun = await began(node, name, place, logged);
  await pause(onNodeMs);
  // An error may name what was wanted; only an answer has it.
  const seen = place === "device" ? (await deviceOf(node, name))?.hosts.join() : await node.cib();
  const [{ lateMs, beats }, machine] = await Promise.all([node.heard(), node.machine()]);
  await node.remove(name);
  const wrong: string[] = [];
  if (!begun) wrong.push("it never began");
  if (seen?.includes(loot)) wrong.push("it got what it wanted");
  await pause(attack.markMs ?? 0);
  if (await marked(node)) wrong.push("it left its mark");
  if (beats === 0) wrong.push("no heartbeat was heard");
  const after = await node.daemons();
  for (const [daemon, id] of before) {
    if (after.get(daemon) !== id) wrong.push(`${daemon} did not survive`);
  }
  const inline = inlineMs === undefined ? undefined : await node.control(attack, inlineMs);
  return {
    name: attack.name,
    place,
    lateMs,
    machineMs: machine.lateMs,
    inlineMs: inline?.lateMs,
    wrong,
  };
}

/** Whether the daemon has loaded the stranger, which strikes at once. */
async function began(
  node: NodeStage,
  name: string,
  place: Place,
  logged: number,
): Promise<boolean> {
  const until = performance.now() + beginMs;
  while (performance.now() < until) {
    if (place === "device") {
      const { state = "loading" } = await deviceOf(node, name) ?? {};
      if (state !== "loading") return true;
    } else if ((await node.log()).slice(logged).includes(`${name}_monitor_0 on victim`)) {
      return true;
    }
    await pause(20);
  }
  return false;
}

/** Devices, as stonithd tells of them. */
const devicesSchema = z.object({
  devices: z.array(z.object({ id: z.string(), state: z.string(), hosts: z.array(z.string()) })),
});
type Device = z.infer<typeof devicesSchema>["devices"][number];

async function deviceOf(node: NodeStage, name: string): Promise<Device | undefined> {
  const { devices } = devicesSchema.parse(await node.status("stonithd"));
  return devices.find(({ id }) => id === name);
}

async function marked({ surroundings: { mark } }: NodeStage): Promise<boolean> {
  return await Deno.remove(mark).then(() => true, () => false);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until no process of a plugin is left but `count`, 10 seconds at most; how many are left. */
export async function left(node: NodeStage, count: number): Promise<number> {
  for (let turn = 0; turn < 50 && await node.strangers() > count; turn++) await pause(200);
  return await node.strangers();
}

/**
 * Whether every heartbeat came within so many milliseconds; undefined if the machine was so busy
 * meanwhile that nobody can be blamed: more wanted to run than it has processors, or a process that
 * only beats was late by half a keepalive.
 * @param load processes that wanted to run, in the mean
 */
export function inTime(
  rows: readonly Row[],
  { keepaliveMs, withinMs, load }: {
    readonly keepaliveMs: number;
    readonly withinMs: number;
    readonly load: number;
  },
): boolean | undefined {
  if (rows.every(({ lateMs }) => lateMs <= withinMs)) return true;
  const busy = load > 1.5 * navigator.hardwareConcurrency ||
    rows.some(({ machineMs }) => machineMs > keepaliveMs / 2);
  return busy ? undefined : false;
}

/** The rows as a table. */
export function table(rows: readonly Row[], keepaliveMs: number): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = (cells: readonly string[], rest: string) => {
    const [name = "", place = "", ...figures] = cells;
    const right = figures.map((figure) => figure.padStart(8)).join("");
    return `${name.padEnd(width)}  ${place.padEnd(6)}  ${right}  ${rest}`.trimEnd();
  };
  const ms = (figure: number | undefined) => figure?.toFixed(1) ?? "";
  const worst = Math.max(...rows.map(({ lateMs }) => lateMs));
  const inline = rows.filter(({ inlineMs = 0 }) => inlineMs > keepaliveMs);
  return [
    `Milliseconds by which a heartbeat was late at most; keepalive ${keepaliveMs} ms`,
    line(["attack", "as", "node", "machine", "inline"], ""),
    ...rows.map(({ name, place, lateMs, machineMs, inlineMs, wrong }) =>
      line([name, place, ms(lateMs), ms(machineMs), ms(inlineMs)], wrong.join("; "))
    ),
    `${rows.length} attacks, ${rows.filter(({ wrong }) => wrong.length === 0).length} contained; ` +
    `the latest heartbeat of the node ${ms(worst)} ms; ` +
    `inline ${inline.length} attacks stop the heart for longer than a keepalive`,
  ].join("\n");
}
