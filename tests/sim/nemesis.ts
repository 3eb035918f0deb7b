/**
 * The nemesis: breaks the simulated world, from a random stream of its own.
 *
 * Faults come by timers, and right after interesting messages: those find what timers do not. Now
 * and then it holds still, with the network whole or broken in one shape, so that it can be judged
 * what the cluster makes of it.
 *
 * @module
 */
import type { Random } from "../../daemons/random.ts";
import type { Forger } from "./forger.ts";
import { flipped, inject } from "./plugins/medium.ts";
import { fair, type Weather } from "./network.ts";
import type { SimNode } from "./node.ts";
import type { Observation } from "./observation.ts";
import { breakApart, shapes } from "./shapes.ts";
import type { World } from "./world.ts";

/** How it goes about it. Milliseconds throughout. */
export interface NemesisPlan {
  /** Between two faults, about. */
  readonly everyMs: number;
  /** Between two still times, about. */
  readonly stillEveryMs: number;
  /** How long a still time lasts. */
  readonly stillMs: number;
  /** Probability that a message between nodes triggers a fault. */
  readonly trigger: number;
  /** Faults it may use; all if left out. */
  readonly faults?: readonly Fault[];
  /** Makes packets that nobody should believe; only where packets are signed with a key. */
  readonly forger?: Forger;
  /** Resources whose agents may get into trouble, and the actions of them that may. */
  readonly agents?: { readonly resources: readonly string[]; readonly actions: readonly string[] };
}

/** What it does. */
export const faults = [
  "crash",
  "crash all",
  "kill process",
  "pause",
  "partition",
  "weather",
  "clock",
  "slow disk",
  "fence mode",
  "resource dies",
  "agent",
  "graceful stop",
  "replay",
  "forge",
  "wall clock",
  "damage",
  "full disk",
] as const;

/** One of them. */
export type Fault = typeof faults[number];

/** Types of messages that trigger a fault: those that are said, not repeated, between nodes. */
const triggering: ReadonlySet<string> = new Set(["propose", "promise", "commit"]);

/** Breaks a world. */
export class Nemesis {
  readonly counts = new Map<string, number>();
  readonly #world: World;
  readonly #plan: NemesisPlan;
  readonly #random: Random;
  #still = false;
  #broken = false;
  #partitioned = false;
  /** Whose CIB was damaged, until it has been seen to be mended. */
  #damaged: SimNode | undefined;
  /**
   * Where starts of a resource may fail: a node where one did is not tried again, so some must be left
   * for it.
   */
  readonly #startTrouble = new Map<string, Set<string>>();

  constructor(world: World, plan: NemesisPlan) {
    this.#world = world;
    this.#plan = plan;
    this.#random = world.nemesis;
    world.listeners.push((observation) => this.#triggered(observation));
  }

  /** Begins, and goes on until the world ends; `endsMs` is when a last still time must begin. */
  begin(endsMs: number): void {
    const { kernel } = this.#world;
    const { everyMs, stillEveryMs } = this.#plan;
    kernel.after(endsMs * 1000, () => {
      this.#ended = true;
      this.#holdStill(false);
    });
    const next = () => {
      if (this.#ended) return;
      if (!this.#still) this.#strike();
      kernel.after(this.#random.between(everyMs * 100, everyMs * 1900), next);
    };
    kernel.after(this.#random.between(2_000_000, 2 * everyMs * 1000), next);
    const still = () => {
      if (this.#ended) return;
      // One in two times with the network broken in one shape.
      this.#holdStill(this.#random.chance(0.5));
      kernel.after(this.#plan.stillMs * 1000, () => {
        if (this.#ended) return;
        this.#stir();
        kernel.after(this.#random.between(stillEveryMs * 500, stillEveryMs * 1500), still);
      });
    };
    kernel.after(this.#random.between(stillEveryMs * 500, stillEveryMs * 1500), still);
  }
  #ended = false;

  /** The still time ends, and is judged. */
  end(): void {
    this.#stir();
  }

  #stir(): void {
    if (!this.#still) return;
    this.#still = false;
    if (!this.#broken) this.#damaged = undefined;
    this.#world.observe({ type: "calm", on: false });
    this.#heal();
  }

  /** Everything is mended; `broken`: then the network is broken in one shape. */
  #holdStill(broken: boolean): void {
    this.#stir();
    this.#still = true;
    this.#broken = broken;
    this.#heal();
    this.#say("holds still");
    const { network, nodeNames } = this.#world;
    if (broken) {
      // Fencing would end whoever is cut off, again and again: so nobody answers.
      this.#world.fencing.mode = "silent";
      this.#world.fencing.modes.clear();
      this.#say(breakApart(network, this.#random.pick(shapes), nodeNames, this.#random));
    }
    this.#world.observe({ type: "calm", on: true });
  }

  #heal(): void {
    const { network, fencing, nodes, kernel } = this.#world;
    network.mendAll();
    network.weather = fair;
    this.#partitioned = false;
    fencing.mode = "ok";
    fencing.modes.clear();
    for (const node of nodes) {
      node.clock.setRate(kernel.nowUs, 1);
      node.fsync = { minUs: 200, maxUs: 3_000 };
      node.trouble.clear();
      node.disk.full = false;
      node.resume();
      node.powerOn();
      node.startAll();
    }
  }

  #strike(): void {
    const fault = this.#random.pick(this.#plan.faults ?? faults);
    const random = this.#random;
    const { nodes, kernel, network, fencing, nodeNames } = this.#world;
    const node = random.pick(nodes);
    const later = (fromMs: number, toMs: number, run: () => void) =>
      void kernel.after(random.between(fromMs * 1000, toMs * 1000), run);
    switch (fault) {
      case "crash":
        return this.#crash(node, 1_000, 60_000);
      case "crash all":
        if (!random.chance(0.3)) return;
        for (const one of nodes) this.#crash(one, 1_000, 10_000);
        return;
      case "kill process": {
        if (node.processes.length === 0) return;
        const process = random.pick(node.processes);
        this.#say(`kills process ${process} of ${node.name}`, fault);
        node.killProcess(process);
        // Some stay dead for longer; in the end all are started again.
        later(50, 5_000, () => node.startProcess(process));
        return;
      }
      case "pause": {
        this.#say(`pauses ${node.name}`, fault);
        node.pause();
        const long = random.chance(0.5);
        later(long ? 4_000 : 100, long ? 40_000 : 3_000, () => node.resume());
        return;
      }
      case "partition": {
        if (this.#partitioned) return;
        this.#partitioned = true;
        const shape = random.pick(shapes);
        this.#say(breakApart(network, shape, nodeNames, random), fault);
        later(500, 60_000, () => {
          if (this.#still) return;
          this.#partitioned = false;
          network.mendAll();
          this.#say("mends the network");
        });
        return;
      }
      case "weather":
        network.weather = badWeather(random, this.#plan.forger !== undefined);
        this.#say(`weather: ${JSON.stringify(network.weather)}`, fault);
        later(5_000, 60_000, () => {
          if (!this.#still) network.weather = fair;
        });
        return;
      case "clock": {
        const rate = random.between(9_800, 10_200) / 10_000;
        this.#say(`the clock of ${node.name} runs at ${rate}`, fault);
        node.clock.setRate(kernel.nowUs, rate);
        return;
      }
      case "slow disk":
        this.#say(`the disk of ${node.name} is slow`, fault);
        node.fsync = { minUs: 5_000, maxUs: random.pick([20_000, 200_000, 1_000_000]) };
        later(5_000, 60_000, () => node.fsync = { minUs: 200, maxUs: 3_000 });
        return;
      case "fence mode":
        if (random.chance(0.5)) {
          fencing.mode = random.pick(["ok", "fail", "slow", "silent"]);
          this.#say(`fencing: ${fencing.mode}`, fault);
        } else {
          fencing.modes.set("power", random.pick(["fail", "slow", "silent"]));
          this.#say(`the device power: ${fencing.modes.get("power")}`, fault);
        }
        later(5_000, 120_000, () => {
          if (this.#still) return;
          fencing.mode = "ok";
          fencing.modes.clear();
        });
        return;
      case "agent":
        return this.#agentTrouble(
          random.pick([node, ...nodes.filter(({ resources }) => resources.size > 0)]),
        );
      case "resource dies": {
        const running = [...node.resources.keys()];
        if (running.length === 0) return;
        const resource = random.pick(running);
        this.#say(`${resource} dies on ${node.name}`, fault);
        node.loseResource(resource);
        return;
      }
      case "replay": {
        const packets = this.#world.tape.pick(node.name, random);
        const to = random.pick(nodes);
        if (to === node || packets.length === 0) return;
        this.#say(`plays ${packets.length} old packets of ${node.name} to ${to.name}`, fault);
        for (const [place, { link, bytes }] of packets.entries()) {
          kernel.after(place * 1_000, () => inject(to, link, bytes));
        }
        return;
      }
      case "forge": {
        const { forger } = this.#plan;
        const to = random.pick(nodes);
        if (forger === undefined || to === node) return;
        const packets = forger.packets(node, random);
        this.#say(`forges ${packets.length} packets of ${node.name} for ${to.name}`, fault);
        this.counts.set("forged", (this.counts.get("forged") ?? 0) + packets.length);
        for (const [place, { link, bytes }] of packets.entries()) {
          kernel.after(place * 500, () => inject(to, link, bytes));
        }
        return;
      }
      case "damage":
        return this.#damage(node);
      case "full disk":
        this.#say(`the disk of ${node.name} is full`, fault);
        node.disk.full = true;
        later(1_000, 10_000, () => {
          node.disk.full = false;
          node.startAll();
        });
        return;
      case "wall clock": {
        const hourMs = 3_600_000;
        const year = 365 * 24 * hourMs;
        const { clock } = node;
        // Forward, back, decades ahead, or to 1970, as without a battery.
        const jumpMs = random.pick([hourMs, -hourMs, 20 * year, -clock.wallMs(kernel.nowUs)]);
        clock.wallOffsetMs += jumpMs;
        this.#say(`the wall clock of ${node.name} jumps by ${jumpMs} ms`, fault);
        return;
      }
      case "graceful stop":
        this.#say(`stops ${node.name} in good order`, fault);
        node.stop();
        later(1_000, 3_000, () => node.powerOff("stopped in good order"));
        later(4_000, 30_000, () => node.powerOn());
    }
  }

  /**
   * A node crashes, and one file of its CIB is not what it was. One node at a time, until a still time
   * has shown that it was brought up to date: the cluster survives the loss of one copy, not of any.
   */
  #damage(node: SimNode): void {
    const { nodes, kernel } = this.#world;
    const random = this.#random;
    const { disk } = node;
    const keys = disk.keys("cib").filter((key) => !key.includes("corrupt"));
    if (keys.length === 0 || nodes.length < 3) return;
    if (this.#damaged !== undefined && this.#damaged !== node) return;
    const key = random.pick(keys);
    const older = disk.older("cib", key);
    const how = random.pick(["flipped", "truncated", "torn", "stale"] as const);
    // What looks whole and is old cannot be told from what was never written: all others must have it.
    const together = nodes.every((one) => one.up && !one.paused) && !this.#partitioned;
    if (how === "stale" && (older === undefined || !together || this.#damaged === node)) return;
    this.#damaged = node;
    this.#say(`"${key}" of ${node.name} is ${how}`, "damage");
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
    this.#world.observe({ type: "disk damaged", node: node.name, key, how });
    kernel.after(random.between(1_000_000, 20_000_000), () => node.powerOn());
  }

  #agentTrouble(node: SimNode): void {
    const { agents } = this.#plan;
    if (agents === undefined) return;
    const random = this.#random;
    const action = random.pick(agents.actions);
    // A stop or a monitor matters where something runs.
    const running = [...node.resources.keys()].filter((name) => agents.resources.includes(name));
    const resource = random.pick(
      action === "start" || running.length === 0 ? agents.resources : running,
    );
    const how = random.pick(["fails", "hangs", "deaf"] as const);
    if (action === "start") {
      const nodes = this.#startTrouble.get(resource) ?? new Set();
      if (nodes.size >= 2 && !nodes.has(node.name)) return;
      this.#startTrouble.set(resource, nodes.add(node.name));
    }
    this.#say(`${action} of ${resource} on ${node.name} ${how}`, "agent");
    const key = `${action} ${resource}`;
    node.trouble.set(key, how);
    // Whoever has to recover it meets the trouble.
    if (action === "stop" && random.chance(0.7)) node.loseResource(resource);
    this.#world.kernel.after(random.between(20_000_000, 120_000_000), () => {
      node.trouble.delete(key);
    });
  }

  #crash(node: SimNode, fromMs: number, toMs: number): void {
    if (!node.up) return;
    this.#say(`crashes ${node.name}`, "crash");
    node.powerOff("by the nemesis");
    this.#world.kernel.after(
      this.#random.between(fromMs * 1000, toMs * 1000),
      () => node.powerOn(),
    );
  }

  /** Right after a message left: its sender crashes, or is cut off. */
  #triggered(observation: Observation): void {
    if (this.#still || this.#ended || observation.type !== "sent") return;
    const { message, node: name } = observation;
    const triggers = message.type === "peer"
      ? typeof message.body === "object" && message.body !== null && "type" in message.body &&
        triggering.has(String(message.body.type))
      : (message.type === "ccm/view" && observation.to.service === "observer") ||
        message.type === "cib/applied" || message.type === "fence/request";
    if (!triggers || !this.#random.chance(this.#plan.trigger)) return;
    const { kernel, nodes, network } = this.#world;
    const node = this.#world.node(name);
    const said = message.type === "peer" && typeof message.body === "object" &&
        message.body !== null && "type" in message.body
      ? String(message.body.type)
      : message.type;
    // Not within the sender's own step: the message must have left.
    const afterUs = this.#random.pick([0, 100, 1_000, 30_000]);
    switch (this.#random.between(0, 3)) {
      case 0:
      case 1:
        kernel.after(afterUs, () => {
          if (this.#still) return;
          this.#say(`after ${said}:`);
          this.#crash(node, 1_000, 5_000);
        });
        return;
      case 2:
        kernel.after(afterUs, () => {
          if (this.#still) return;
          this.#say(`after ${said}: everybody crashes`, "crash all");
          for (const one of nodes) this.#crash(one, 1_000, 5_000);
        });
        return;
      default:
        kernel.after(afterUs, () => {
          if (this.#still || this.#partitioned) return;
          this.#partitioned = true;
          this.#say(`after ${said}: isolates ${name}`, "isolate");
          for (const other of nodes) {
            if (other === node) continue;
            network.cut(name, other.name);
            network.cut(other.name, name);
          }
          kernel.after(this.#random.between(100_000, 20_000_000), () => {
            if (this.#still) return;
            this.#partitioned = false;
            network.mendAll();
          });
        });
    }
  }

  #say(text: string, count?: string): void {
    if (count !== undefined) this.counts.set(count, (this.counts.get(count) ?? 0) + 1);
    this.#world.observe({ type: "fault", text });
  }
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
