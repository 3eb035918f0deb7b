/**
 * Faults of disks: slow, full, and damaged.
 *
 * @module
 */
import { flipped } from "../plugins/medium.ts";
import { later, type Scene } from "./scene.ts";

export function slowDisk(scene: Scene): void {
  const { node, random } = scene;
  scene.say(`the disk of ${node.name} is slow`, "slow disk");
  node.fsync = { minUs: 5_000, maxUs: random.pick([20_000, 200_000, 1_000_000]) };
  later(scene, 5_000, 60_000, () => node.fsync = { minUs: 200, maxUs: 3_000 });
}

export function fullDisk(scene: Scene): void {
  const { node } = scene;
  scene.say(`the disk of ${node.name} is full`, "full disk");
  node.disk.full = true;
  later(scene, 1_000, 10_000, () => {
    node.disk.full = false;
    node.startParent();
  });
}

/**
 * A node crashes, and one file of its CIB is not what it was. One node at a time, until a still time
 * has shown that it was brought up to date: the cluster survives the loss of one copy, not of any.
 */
export function damage(scene: Scene): void {
  const { world, node, random, broken } = scene;
  const { nodes } = world;
  const { disk } = node;
  const keys = disk.keys("cib").filter((key) => !key.includes("corrupt"));
  if (keys.length === 0 || nodes.length < 3) return;
  if (broken.damaged !== undefined && broken.damaged !== node) return;
  const key = random.pick(keys);
  const older = disk.older("cib", key);
  const how = random.pick(["flipped", "truncated", "torn", "stale"] as const);
  // What looks whole and is old cannot be distinguished from what was never written: all others
  // must have it.
  const together = nodes.every((one) => one.up && !one.paused) && !broken.partitioned;
  if (how === "stale" && (older === undefined || !together || broken.damaged === node)) return;
  broken.damaged = node;
  scene.say(`"${key}" of ${node.name} is ${how}`, "damage");
  node.powerOff("its disk is damaged");
  disk.corrupt("cib", key, (value) => {
    const at = random.between(0, value.length - 1);
    switch (how) {
      case "flipped":
        return flipped(value, { random });
      case "truncated":
        return value.slice(0, at);
      case "torn":
        // Blocks that never reached the disk.
        return value.map((byte, place) => place < at ? byte : byte === 0 ? 1 : 0);
      case "stale":
        return older ?? value;
    }
  });
  world.observe({ type: "disk damaged", node: node.name, key, how });
  later(scene, 1_000, 20_000, () => node.powerOn());
}
