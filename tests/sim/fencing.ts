/**
 * Power switches of the simulated world: their requests, their actions and their answers.
 *
 * @module
 */
import type { SimNode, World } from "./surroundings.ts";

/** Microseconds until an asker knows that a device cannot be reached. */
const unreachableUs = 1_000_000;

/** Why a device has done nothing. */
const reasons = {
  fail: "the switch does not answer",
  misplaced: "it was never seen here",
  lies: 'it took the order "off", but the plug is still on',
} as const;

/**
 * How a power switch behaves. `ok`: does it and says so. `fail`: does nothing and says so.
 * `slow`: does it, but answers after the asker's patience. `silent`: does nothing, says nothing.
 * `misplaced`: looks for the node at the wrong place, finds nothing, and says so. `lies`: takes the
 * order and does nothing; its driver asks what the plug is, and hears that it is on.
 */
export type FenceMode = "ok" | "fail" | "slow" | "silent" | "misplaced" | "lies";

/** All power switches. Each node has one; a node that is cut off can still be switched. */
export class Fencing {
  /** How the next requests are treated; fixed at the request. */
  mode: FenceMode = "ok";
  /** Devices that are treated in another way than all others. */
  readonly modes = new Map<string, FenceMode>();
  /** How long a switch takes, in microseconds. */
  takes = { minUs: 500_000, maxUs: 5_500_000 };
  /** How long until a node that was rebooted has power again, in microseconds. */
  bootAfter = { minUs: 5_000_000, maxUs: 20_000_000 };
  readonly counts = { asked: 0, confirmed: 0, failed: 0 };
  /** Devices of which each is one of the supplies of each node: it runs while one of them is on. */
  supplies: readonly string[] = [];
  /** Whether a device can be reached from a node. */
  reaches: (by: string, device: string) => boolean = () => true;
  /** By node: its supplies that are off. */
  readonly #off = new Map<string, Set<string>>();
  /** A planted bug: to find nothing is taken for the node's death. */
  readonly #believesNothing: boolean;
  readonly #world: World;

  constructor(world: World, believesNothing: boolean) {
    this.#world = world;
    this.#believesNothing = believesNothing;
  }

  /** A node asks for another to be ended; `answer` comes if the switch speaks at all. */
  ask(
    by: string,
    device: string,
    target: string,
    action: string,
    timeoutMs: number,
    answer: (ok: boolean, detail: string) => void,
  ): void {
    const world = this.#world;
    const node = world.findNode(target);
    const mode = this.modes.get(device) ?? this.mode;
    this.counts.asked++;
    const boot = node?.boot ?? 0;
    const patienceUs = world.node(by).clock.worldUs(timeoutMs);
    if (this.reaches(by, device)) {
      world.observe({ type: "fence asked", node: by, device, target, boot, action, patienceUs });
    }
    if (!this.reaches(by, device)) {
      world.kernel.after(unreachableUs, () => answer(false, "no route to the device"));
      return;
    }
    if (node === undefined) {
      answer(false, `there is no switch for "${target}"`);
      return;
    }
    const takesUs = world.random.between(this.takes.minUs, this.takes.maxUs);
    world.kernel.after(takesUs, () => {
      if (mode === "silent") {
        world.observe({ type: "fence ignored", node: by, device, target, boot });
        return;
      }
      if ((mode === "misplaced" || mode === "lies") && this.#believesNothing) {
        world.observe({ type: "fence confirmed", node: by, device, target, boot });
        answer(true, "nothing of it is left");
        return;
      }
      if (mode === "fail" || mode === "misplaced" || mode === "lies") {
        this.counts.failed++;
        world.observe({ type: "fence failed", node: by, device, target, boot });
        answer(false, reasons[mode]);
        return;
      }
      if (this.supplies.includes(device)) {
        this.#supply(by, device, node, action, answer);
        return;
      }
      if (action === "on") {
        node.powerOn();
        world.observe({ type: "switched on", node: by, device, target, boot: node.boot });
        answer(true, "on");
        return;
      }
      const ended = node.boot;
      node.powerOff(`fenced by ${by}`);
      if (action === "reboot") this.#powerOnLater(node.name);
      world.kernel.after(mode === "slow" ? timeoutMs * 1500 : 1000, () => {
        this.counts.confirmed++;
        world.observe({ type: "fence confirmed", node: by, device, target, boot: ended });
        answer(true, action);
      });
    });
  }

  /** One of several supplies: the node runs while another one is on. */
  #supply(
    by: string,
    device: string,
    node: SimNode,
    action: string,
    answer: (ok: boolean, detail: string) => void,
  ): void {
    const { name, boot } = node;
    const off = this.#off.get(name) ?? new Set();
    this.#off.set(name, off);
    if (action !== "on") off.add(device);
    if (off.size >= this.supplies.length) node.powerOff(`fenced by ${by}`);
    if (action !== "off") {
      off.delete(device);
      node.powerOn();
    }
    this.counts.confirmed++;
    if (action !== "on") {
      this.#world.observe({ type: "fence confirmed", node: by, device, target: name, boot });
    }
    answer(true, action);
  }

  #powerOnLater(name: string): void {
    const world = this.#world;
    const inUs = world.random.between(this.bootAfter.minUs, this.bootAfter.maxUs);
    world.kernel.after(inUs, () => world.node(name).powerOn());
  }
}
