/**
 * Which node can fence which: each stonithd says which nodes its devices reach, so that a request goes
 * to a member that can, and first to this node only if it can.
 *
 * What others say decides the order only. Everybody is asked in the end, as what was said may be old.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { nodesMax } from "../runtime/reader.ts";
import type { Device, FenceAction, StonithdState } from "./state.ts";
import { levelsOf } from "./topology.ts";

/** Whether a device is for a node. */
export function isFor({ config, hosts }: Device, node: string): boolean {
  switch (config.check) {
    case "none":
      return true;
    case "static-list":
      return config.hosts?.includes(node) === true;
    case "dynamic-list": {
      const plug = config.plugs.get(node);
      return hosts.includes(node) || (plug !== undefined && hosts.includes(plug));
    }
  }
}

/** Ids of the devices that are for a node, in their order. */
const devicesFor = (state: StonithdState, target: string): readonly string[] =>
  [...state.devices.values()]
    .filter((device) => isFor(device, target))
    .map(({ config }) => config.id)
    .sort();

/** Stands for the names of all nodes. */
const everyNode = "*";

/** The nodes that a device is for, as its status shows them. */
export function hostsOf({ config, hosts }: Device): readonly string[] {
  if (config.check === "static-list") return config.hosts ?? [];
  if (config.check === "none") return [everyNode];
  const nodeOf = new Map([...config.plugs].map(([node, plug]) => [plug, node]));
  return hosts.map((host) => nodeOf.get(host) ?? host);
}

/** Devices that must switch a node on before it may use what they guard. */
export const unfencersOf = (state: StonithdState, target: string): readonly string[] =>
  devicesFor(state, target).filter((id) => state.devices.get(id)?.config.unfences === true);

/**
 * Ways to do it from here: the levels of the node, else each device that is for it. To be switched on
 * takes all devices that guard something, whatever its levels are.
 */
export function waysTo(
  state: StonithdState,
  target: string,
  action: FenceAction,
): readonly (readonly string[])[] {
  if (action === "on") {
    const unfencers = unfencersOf(state, target);
    if (unfencers.length > 0) return [unfencers];
  }
  const levels = levelsOf(state.topology, target);
  return levels.length > 0
    ? levels.map(({ devices }) => devices)
    : devicesFor(state, target).map((id) => [id]);
}

/** Whether the first way can be gone from here, as far as this node knows. */
export function reaches(state: StonithdState, target: string): boolean {
  const isUsable = (id: string) => {
    const device = state.devices.get(id);
    return device?.state === "ready" && !device.unsound;
  };
  if (levelsOf(state.topology, target).length === 0) {
    return devicesFor(state, target).some(isUsable);
  }
  const [first] = waysTo(state, target, "off");
  return first !== undefined && first.every(isUsable);
}

/** Tells the others what this node reaches, if that has changed; `joined`: those that know nothing yet. */
export function shareReach(
  state: StonithdState,
  out: Effect[],
  joined: readonly string[] = [],
): void {
  const names = new Set([...state.members, ...state.incarnations.keys()]);
  for (const device of state.devices.values()) for (const host of hostsOf(device)) names.add(host);
  names.delete(everyNode);
  const targets = [...names].filter((name) => reaches(state, name)).sort().slice(0, nodesMax);
  const said = targets.join(" ");
  const to = said === state.reachSaid ? joined : state.members;
  state.reachSaid = said;
  for (const node of to) {
    if (node === state.self) continue;
    out.push({
      type: "send",
      to: { node, service: "stonithd" },
      message: { type: "peer", body: { type: "reach", targets } },
    });
  }
}

/** Another node says what it reaches. */
export function noteReach(state: StonithdState, node: string, targets: readonly string[]): void {
  if (state.reach.size >= nodesMax && !state.reach.has(node)) return;
  state.reach.set(node, new Set(targets));
}

/** Other members in the order in which they are asked: who can, who has said nothing, who cannot. */
export function othersFor(state: StonithdState, target: string) {
  const others = [...state.members].sort()
    .filter((node) => node !== state.self && node !== target);
  const can = others.filter((node) => state.reach.get(node)?.has(target) === true);
  const unknown = others.filter((node) => !state.reach.has(node));
  const rest = others.filter((node) => state.reach.get(node)?.has(target) === false);
  return { can, rest: [...unknown, ...rest] };
}
