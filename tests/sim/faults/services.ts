/**
 * Faults of services, of their agents, and of fencing devices.
 *
 * @module
 */
import { later, type Scene } from "./scene.ts";

export function fenceMode(scene: Scene): void {
  const { world: { fencing }, random, broken } = scene;
  if (random.chance(0.5)) {
    fencing.mode = random.pick(["ok", "fail", "slow", "silent", "misplaced"]);
    scene.say(`fencing: ${fencing.mode}`, "fence mode");
  } else {
    fencing.modes.set("power", random.pick(["fail", "slow", "silent", "misplaced"]));
    scene.say(`the device power: ${fencing.modes.get("power")}`, "fence mode");
  }
  later(scene, 5_000, 120_000, () => {
    if (broken.still) return;
    fencing.mode = "ok";
    fencing.modes.clear();
  });
}

/** One of the devices fails, lies or is silent for a while; another one may help. */
export function lyingDevice(scene: Scene): void {
  const { world: { fencing }, random, broken } = scene;
  const device = random.pick(["power", "psu1", "psu2", "fabric", "odd"]);
  const mode = random.pick(["lies", "lies", "fail", "slow", "silent"] as const);
  fencing.modes.set(device, mode);
  scene.say(`the device ${device}: ${mode}`, "lying device");
  later(scene, 5_000, 60_000, () => {
    if (!broken.still) fencing.modes.delete(device);
  });
}

export function resourceDies({ node, random, say }: Scene): void {
  const running = [...node.resources.keys()];
  if (running.length === 0) return;
  const resource = random.pick(running);
  say(`${resource} dies on ${node.name}`, "resource dies");
  node.loseResource(resource);
}

export function agentTrouble(scene: Scene): void {
  const { world, random, broken, agents } = scene;
  const node = random.pick([
    scene.node,
    ...world.nodes.filter(({ resources }) => resources.size > 0),
  ]);
  if (agents === undefined) return;
  const action = random.pick(agents.actions);
  // A stop or a monitor matters where something runs.
  const running = [...node.resources.keys()].filter((name) => agents.resources.includes(name));
  // A start too, if what runs dies there: then it is tried again where it fails.
  const again = action === "start" && running.length > 0 && random.chance(0.5);
  const resource = random.pick(
    (action === "start" && !again) || running.length === 0 ? agents.resources : running,
  );
  const how = random.pick(["fails", "hangs", "deaf"] as const);
  if (action === "start") {
    const nodes = broken.startTrouble.get(resource) ?? new Set();
    if (nodes.size >= 2 && !nodes.has(node.name)) return;
    broken.startTrouble.set(resource, nodes.add(node.name));
  }
  scene.say(`${action} of ${resource} on ${node.name} ${how}`, "agent");
  const key = `${action} ${resource}`;
  node.trouble.set(key, how);
  // The node that must recover it meets the failure.
  if (again || (action === "stop" && random.chance(0.7))) node.loseResource(resource);
  later(scene, 20_000, 120_000, () => node.trouble.delete(key));
}

/** Neither built in nor a part of the stand-in for heartbeat. */
const isPlugin = (name: string): boolean => name.includes("/") && !name.startsWith("sim/");

/** Which plugin of which node a fault's text says is given up: it answers only errors from now on. */
export function pluginGivenUp(
  text: string,
): { readonly instance: string; readonly node: string } | undefined {
  const [, instance, node] = /^the plugin (\S+) of (\S+) is given up$/.exec(text) ?? [];
  return instance === undefined || node === undefined ? undefined : { instance, node };
}

/** A plugin dies, and is started again or given up. */
export function pluginFault(scene: Scene): void {
  const { node, random } = scene;
  const held = node.running.flatMap((process) =>
    process.plugins.filter(({ request }) => isPlugin(request.plugin))
      .map((plugin) => ({ process, plugin }))
  );
  if (held.length === 0) return;
  const { process, plugin } = random.pick(held);
  const givenUp = random.chance(0.2);
  scene.say(
    `the plugin ${plugin.request.instance} of ${node.name} ${givenUp ? "is given up" : "dies"}`,
    "plugin fault",
  );
  node.whenRunning(() => process.breakPlugin(plugin, givenUp, random.between(50, 2_000)));
}
