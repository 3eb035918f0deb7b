/**
 * Faults while the members of a view agree on a change of the electorate: some have promised or
 * committed, and others have not, when they are cut off or crash.
 *
 * @module
 */
import { cutHalves } from "../shapes.ts";
import { crash } from "./power.ts";
import { later, type Scene } from "./scene.ts";

/** Breaks it off, in one of three ways. */
export function breakChange(scene: Scene): void {
  const { world: { network, nodes, cluster }, random, broken } = scene;
  const names = [...cluster].sort();
  switch (random.between(0, 2)) {
    case 0:
      if (broken.partitioned) return;
      broken.partitioned = true;
      scene.say(cutHalves(network, names, random), "partition");
      later(scene, 5_000, 60_000, () => {
        if (broken.still) return;
        broken.partitioned = false;
        network.healAll();
        scene.say("repairs the network");
      });
      return;
    case 1:
      // Some for long, so that the others go on without them.
      for (const node of nodes) if (random.chance(0.5)) crash(scene, node, 1_000, 60_000);
      return;
    default:
      for (const node of nodes) crash(scene, node, 1_000, 40_000);
  }
}
