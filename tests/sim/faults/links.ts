/**
 * Faults of the network: cut links, and lost, late, changed, old or forged packets.
 *
 * @module
 */
import type { Random } from "../../../daemons/runtime/random.ts";
import { fair, type Weather } from "../network.ts";
import { inject } from "../plugins/medium.ts";
import { breakApart, shapes } from "../shapes.ts";
import { later, type Scene } from "./scene.ts";

export function partition(scene: Scene): void {
  const { world: { network, nodeNames }, random, broken } = scene;
  if (broken.partitioned) return;
  broken.partitioned = true;
  const shape = random.pick(shapes);
  scene.say(breakApart(network, shape, nodeNames, random), "partition");
  later(scene, 500, 60_000, () => {
    if (broken.still) return;
    broken.partitioned = false;
    network.healAll();
    scene.say("repairs the network");
  });
}

/** Everybody hears everybody, but the node nobody: nothing from it, and nothing to it. */
export function isolate(scene: Scene): void {
  const { world: { network, nodes }, node, broken } = scene;
  broken.partitioned = true;
  for (const other of nodes) {
    if (other === node) continue;
    network.cut(node.name, other.name);
    network.cut(other.name, node.name);
  }
  later(scene, 100, 20_000, () => {
    if (broken.still) return;
    broken.partitioned = false;
    network.healAll();
  });
}

export function weather(scene: Scene): void {
  const { world: { network }, random, broken, forger } = scene;
  network.weather = badWeather(random, forger !== undefined);
  scene.say(`weather: ${JSON.stringify(network.weather)}`, "weather");
  later(scene, 5_000, 60_000, () => {
    if (!broken.still) network.weather = fair;
  });
}

/** One packet of five is lost, for a long time. */
export function loss(scene: Scene): void {
  const { world: { network }, broken } = scene;
  network.weather = { ...fair, loss: 0.2 };
  scene.say("one packet of five is lost", "loss");
  later(scene, 20_000, 120_000, () => {
    if (!broken.still) network.weather = fair;
  });
}

/** `keyed`: packets are signed so that a changed one is known. */
function badWeather(random: Random, keyed: boolean): Weather {
  const delayMinUs = random.pick([100, 1_000, 20_000]);
  return {
    loss: random.pick([0.01, 0.05, 0.1, 0.3]),
    duplication: random.pick([0, 0.05, 0.2]),
    delayMinUs,
    delayMaxUs: delayMinUs + random.pick([300, 5_000, 100_000]),
    late: random.pick([0, 0.02, 0.1]),
    lateMaxUs: delayMinUs + random.pick([200_000, 1_500_000]),
    corruption: keyed ? random.pick([0, 0.01, 0.1]) : 0,
  };
}

/** Old packets of a node are played to another. */
export function replay(scene: Scene): void {
  const { world: { tape, nodes, kernel }, node, random } = scene;
  const packets = tape.pick(node.name, random);
  const to = random.pick(nodes);
  if (to === node || packets.length === 0) return;
  scene.say(`plays ${packets.length} old packets of ${node.name} to ${to.name}`, "replay");
  for (const [place, { link, bytes }] of packets.entries()) {
    kernel.after(place * 1_000, () => inject(to, link, bytes));
  }
}

export function forge(scene: Scene): void {
  const { world: { nodes, kernel }, node, random, forger } = scene;
  const to = random.pick(nodes);
  if (forger === undefined || to === node) return;
  const packets = forger.packets(node, random);
  scene.say(`forges ${packets.length} packets of ${node.name} for ${to.name}`, "forge");
  scene.count("forged", packets.length);
  for (const [place, { link, bytes }] of packets.entries()) {
    kernel.after(place * 500, () => inject(to, link, bytes));
  }
}

/** Packets without the key that a flooded node reads at once, and how often; the kernel drops the rest. */
const floodPackets = 6;
const floodEveryUs = 4_000;

/** Somebody without the key floods a node: it reads what it can, and loses most of what its peers send. */
export function flood(scene: Scene): void {
  const { world: { network, kernel }, node, random, broken } = scene;
  const loss = random.pick([0.3, 0.6, 0.9]);
  const bytes = Uint8Array.from({ length: 200 }, () => random.between(0, 255));
  let isOver = false;
  scene.say(`floods ${node.name}: ${loss} of its packets are lost`, "flood");
  network.drown(node.name, loss);
  const pour = () => {
    if (isOver || broken.still) {
      network.drown(node.name, 0);
      return;
    }
    for (let count = 0; count < floodPackets; count++) inject(node, "eth0", bytes);
    kernel.after(floodEveryUs, pour);
  };
  pour();
  later(scene, 1_000, 10_000, () => {
    isOver = true;
  });
}
