/**
 * Faults of whole nodes, and of their processes.
 *
 * @module
 */
import type { SimNode } from "../node.ts";
import { parentName } from "../parent.ts";
import { later, type Scene } from "./scene.ts";

/** Powers a node off, and on again after a while. */
export function crash(scene: Scene, node: SimNode, fromMs: number, toMs: number): void {
  if (!node.up) return;
  scene.say(`crashes ${node.name}`, "crash");
  node.powerOff("by the nemesis");
  later(scene, fromMs, toMs, () => node.powerOn());
}

export function crashOne(scene: Scene): void {
  crash(scene, scene.node, 1_000, 60_000);
}

export function crashAll(scene: Scene): void {
  if (!scene.random.chance(0.3)) return;
  for (const one of scene.world.nodes) crash(scene, one, 1_000, 10_000);
}

export function killProcess(scene: Scene): void {
  const { node, random } = scene;
  if (node.processes.length === 0) return;
  const process = random.pick(node.processes);
  scene.say(`kills process ${process} of ${node.name}`, "kill process");
  node.killProcess(process);
}

/** Processes that hang alone; a heartbeat that does is a node that is silent. */
const mayHang: readonly string[] = ["cluster", "pengine", "lrmd", "stonithd"];

export function hang(scene: Scene): void {
  const { node, random } = scene;
  const processes = node.processes.filter((name) => mayHang.includes(name));
  if (processes.length === 0) return;
  const process = random.pick(processes);
  scene.say(`${process} of ${node.name} hangs`, "hang");
  // Either it passes, or its parent finds it.
  node.hangProcess(process, random.chance(0.3) ? random.between(100, 4_000) : Infinity);
}

/** The parent of a node's daemons dies, and all daemons with it; what the node runs goes on. */
export function killParent({ node, say }: Scene): void {
  say(`kills the recovery manager of ${node.name}`, "kill parent");
  node.killProcess(parentName);
}

export function pause(scene: Scene): void {
  const { node, random } = scene;
  scene.say(`pauses ${node.name}`, "pause");
  node.pause();
  const long = random.chance(0.5);
  later(scene, long ? 4_000 : 100, long ? 40_000 : 3_000, () => node.resume());
}

/** A node stands still for less than the deadtime of 5 s, and a heartbeat that waits for its turn. */
export function shortPause(scene: Scene): void {
  const { node } = scene;
  scene.say(`pauses ${node.name} for less than the deadtime`, "short pause");
  node.pause();
  later(scene, 100, 3_000, () => node.resume());
}

/** The daemons that decide have no processor for a while: the coordinator's, where it is that node. */
export function overload(scene: Scene): void {
  const { node, random } = scene;
  const process = random.pick(["cluster", "pengine", "stonithd"]);
  scene.say(`${process} of ${node.name} is overloaded`, "overload");
  node.hangProcess(process, random.between(100, 3_000));
}

export function gracefulStop(scene: Scene): void {
  const { node } = scene;
  scene.say(`stops ${node.name} cleanly`, "graceful stop");
  node.stop();
  later(scene, 1_000, 3_000, () => node.powerOff("stopped cleanly"));
  later(scene, 4_000, 30_000, () => node.powerOn());
}

/** All nodes are stopped cleanly, at once, and come back later. */
export function stopAll(scene: Scene): void {
  const { world } = scene;
  if (world.nodes.some((node) => !node.up || node.paused)) return;
  scene.say("stops all nodes cleanly", "stop all");
  for (const node of world.nodes) node.stop();
  later(scene, 50_000, 60_000, () => {
    for (const node of world.nodes) node.powerOff("stopped cleanly");
    for (const node of world.nodes) later(scene, 1_000, 5_000, () => node.powerOn());
  });
}
