/**
 * Mistakes of the person who configures the cluster: a wrong parameter, and values that are far too
 * large. A while later they are taken back.
 *
 * @module
 */
import type { CibChange } from "../../../daemons/runtime/messages.ts";
import { uncomputable } from "../plugins/engine.ts";
import { refusedParameter } from "../plugins/ra.ts";
import type { SimNode } from "../node.ts";
import { later, type Scene } from "./scene.ts";

const resources = "/cib/configuration/resources";
const options = "/cib/configuration/crm_config/cluster_property_set[@id='options']";
const primitive = (id: string, inner: string, description = "") =>
  `<primitive id="${id}" class="ocf" provider="heartbeat" type="Dummy" ` +
  `description="${description}">${inner}</primitive>`;

/** A service whose parameters its agent refuses, whatever it is asked. */
export function wrongParameter(scene: Scene): void {
  scene.say(`${byMistake} adds a service with a wrong parameter`, "wrong parameter");
  write(scene.node, [{
    op: "create",
    path: resources,
    xml: primitive(
      "typo",
      `<instance_attributes id="typo-a"><nvpair id="typo-b" name="${refusedParameter}" value="1"/>` +
        `</instance_attributes>`,
    ),
  }]);
  takenBack(scene, [{ op: "delete", path: `${resources}/primitive[@id='typo']` }]);
}

/** A configuration that keeps the policy engine busy forever and passes every bound. */
export function hangingEngine(scene: Scene): void {
  scene.say(`${byMistake} writes what cannot be computed`, "hanging engine");
  write(scene.node, [{
    op: "create",
    path: resources,
    xml: primitive(
      "unforeseen",
      `<meta_attributes id="unforeseen-m">` +
        `<nvpair id="unforeseen-n" name="target-role" value="Stopped"/></meta_attributes>`,
      uncomputable,
    ),
  }]);
  takenBack(scene, [{ op: "delete", path: `${resources}/primitive[@id='unforeseen']` }]);
}

/** A number that cannot be computed with, or waited for. */
export function hugeValue(scene: Scene): void {
  const what = scene.random.pick(["clone", "wait"] as const);
  scene.say(`${byMistake} writes a huge value: ${what}`, "huge value");
  switch (what) {
    case "clone": {
      const xml = `<clone id="huge"><meta_attributes id="huge-m">` +
        `<nvpair id="huge-a" name="clone-max" value="1000000000"/>` +
        `<nvpair id="huge-b" name="clone-node-max" value="1000000000"/></meta_attributes>` +
        `${primitive("huge-x", "")}</clone>`;
      write(scene.node, [{ op: "create", path: resources, xml }]);
      takenBack(scene, [{ op: "delete", path: `${resources}/clone[@id='huge']` }]);
      return;
    }
    case "wait": {
      const xml = `<nvpair id="huge-w" name="cluster-recheck-interval" value="1000000000h"/>`;
      write(scene.node, [{ op: "create", path: options, xml }]);
      takenBack(scene, [{ op: "delete", path: `${options}/nvpair[@id='huge-w']` }]);
      return;
    }
  }
}

/** How it begins to tell that a person has a node fenced, or has made a mistake. */
const byHand = "by hand";
const byMistake = "somebody";

/** Whether a fault is what a person did, which nothing of the cluster is broken by. */
export const isMistake = (text: string): boolean =>
  text.startsWith(byHand) || text.startsWith(byMistake);

/** A person has a node fenced, through another node, whichever node coordinates. */
export function fenceByHand(scene: Scene): void {
  const { world, random, node } = scene;
  const others = world.nodes.filter((one) => one !== node && one.up && !one.paused);
  if (!node.up || node.paused || others.length < 2) return;
  const target = random.pick(others).name;
  scene.say(`${byHand} ${node.name} is asked to fence ${target}`, "fence by hand");
  node.ask("stonithd", {
    type: "fence/request",
    id: `by hand ${world.kernel.nowUs}`,
    target,
    action: "reboot",
    timeoutMs: 30_000,
  });
}

/** Until someone has done it: a while later, and when all is repaired. */
function takenBack(scene: Scene, changes: readonly CibChange[]): void {
  const { world } = scene;
  later(scene, 60_000, 150_000, () => {
    let tries = 8;
    const next = () => {
      // Each time on another node: one that is in a view with quorum takes it.
      for (const node of world.nodes) if (node.up && !node.paused) write(node, changes);
      if (--tries > 0) world.kernel.after(7_000_000, next);
    };
    next();
  });
}

/** A client of that node's cib, which does not wait for the answer. */
function write(node: SimNode, changes: readonly CibChange[]): void {
  const id = `configured ${node.world.kernel.nowUs}`;
  node.ask("cib", { type: "cib/apply", id, changes });
}
