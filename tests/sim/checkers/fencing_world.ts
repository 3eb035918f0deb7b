/**
 * FEN8 to FEN13 and FEN15: what options of devices promise, in the worlds made for fencing
 * (`fencing_plans.ts`), and that the history of fencings is one.
 *
 * @module
 */
import type { FenceRecord, StonithdState } from "../../../daemons/stonithd/mod.ts";
import { delays, type FencingPlan, isOdd } from "../fencing_plans.ts";
import { pluginGivenUp } from "../faults/services.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Clocks of nodes differ by so much from the world's. */
const clockTolerance = 0.97;
/** Milliseconds of calm after which all members know the same history. */
const historyMs = 30_000;
/** Times that a node may be switched on in one boot, by coordinators that follow each other. */
const switchedOnMax = 8;

/** A fencing that a stonithd was asked for. */
interface Asked {
  readonly atUs: number;
  /** By device: how often it was called, and what the last call came to. */
  readonly calls: Map<string, { count: number; atUs: number; failedUs: number | undefined }>;
  /** Nodes to which it was handed on. */
  readonly handed: Set<string>;
}

type Of<T extends Observation["type"]> = Extract<Observation, { readonly type: T }>;

/** Watches devices and requests. */
export class FencingWorldChecker implements Checker {
  readonly watches = ["FEN8", "FEN9", "FEN10", "FEN11", "FEN12", "FEN13", "FEN15"];
  readonly counts = { delayed: 0, handedOn: 0, switchedOn: 0, histories: 0, bothShot: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #plan: FencingPlan;
  /** By asking node and target. */
  readonly #asked = new Map<string, Asked>();
  /** By request: the boot of the target that it is about; undefined: not known. */
  readonly #boots = new Map<string, number | undefined>();
  /** By node and life: its boot. */
  readonly #lives = new Map<string, number>();
  /** By node: its view's members. */
  readonly #views = new Map<string, readonly string[]>();
  /** By node and boot: how often it was switched on. */
  readonly #on = new Map<string, number>();
  /** By asker with its boot and target with its boot: a device was asked, and has ended it. */
  readonly #shots = new Map<string, "asked" | "ended">();
  readonly #givenUp = new Set<string>();
  #calmSinceUs: number | undefined;
  #polledUs = 0;

  constructor(world: World, fail: Fail, plan: FencingPlan) {
    this.#world = world;
    this.#fail = fail;
    this.#plan = plan;
  }

  observe(observation: Observation, nowUs: number): void {
    if (nowUs - this.#polledUs > 5_000_000) this.#poll(nowUs);
    switch (observation.type) {
      case "calm":
        this.#calmSinceUs = observation.on ? nowUs : undefined;
        return;
      case "fault": {
        const plugin = pluginGivenUp(observation.text);
        if (plugin !== undefined) this.#givenUp.add(`${plugin.node} ${plugin.instance}`);
        return;
      }
      case "process down":
        if (observation.services.includes("stonithd")) this.#forget(observation.node);
        return;
      case "crashed":
        this.#forget(observation.node);
        this.#shot(observation);
        return;
      case "received":
        this.#received(observation, nowUs);
        return;
      case "sent":
        this.#sent(observation, nowUs);
        return;
      case "fence asked":
        this.#called(observation, nowUs);
        return;
      case "fence failed": {
        const { node, target, device } = observation;
        const call = this.#asked.get(`${node} ${target}`)?.calls.get(device);
        if (call !== undefined) call.failedUs = nowUs;
        return;
      }
      case "switched on": {
        const { target, boot, device } = observation;
        if (device !== "fabric") return;
        this.counts.switchedOn++;
        const key = `${target} ${boot}`;
        const times = (this.#on.get(key) ?? 0) + 1;
        this.#on.set(key, times);
        if (times > switchedOnMax) {
          this.#fail("FEN12", `${target} was switched on ${times} times in boot ${boot}`);
        }
        return;
      }
      case "operation": {
        const { node, boot, action, phase, resource } = observation;
        if (this.#plan !== "unfencing" || action !== "start" || phase !== "begins") return;
        if (this.#on.has(`${node} ${boot}`)) return;
        this.#fail("FEN12", `${resource} starts on ${node}, which was not switched on before`);
      }
    }
  }

  #received({ node, service, message }: Of<"received">, nowUs: number): void {
    if (service !== "stonithd") return;
    if (message.type === "fence/request") {
      const { target, incarnation, id } = message;
      const boot = incarnation === undefined
        ? this.#world.findNode(target)?.boot
        : this.#lives.get(`${target} ${incarnation}`);
      this.#boots.set(`${node} ${id}`, boot);
      this.#begin(node, target, nowUs);
    } else if (message.type === "peer") {
      const { type, target } = fieldsOf(message.body);
      if (type === "fence" && typeof target === "string") this.#begin(node, target, nowUs);
    }
  }

  #begin(node: string, target: string, nowUs: number): void {
    const key = `${node} ${target}`;
    if (this.#asked.has(key)) return;
    this.#asked.set(key, { atUs: nowUs, calls: new Map(), handed: new Set() });
  }

  #sent({ node, service, message, to }: Of<"sent">, nowUs: number): void {
    if (service === "ccm") {
      if (message.type === "ccm/evicted") this.#views.delete(node);
      if (message.type !== "ccm/view") return;
      const { members } = message.view;
      this.#views.set(node, members.map((member) => member.node));
      const own = members.find((member) => member.node === node);
      if (own) this.#lives.set(`${node} ${own.incarnation}`, this.#world.node(node).boot);
      return;
    }
    if (service !== "stonithd") return;
    if (message.type === "peer") {
      const { type, target, key } = fieldsOf(message.body);
      if (type === "fence" && to.node !== undefined) {
        this.counts.handedOn++;
        this.#asked.get(`${node} ${String(target)}`)?.handed.add(to.node);
      } else if (type === "fenced") {
        this.#asked.delete(`${node} ${String(key).split(" ").slice(2).join(" ")}`);
      }
      return;
    }
    if (message.type !== "fence/result" || message.action === "on") return;
    const { id, target, ok, error = "" } = message;
    const asked = this.#asked.get(`${node} ${target}`);
    const boot = this.#boots.get(`${node} ${id}`);
    this.#boots.delete(`${node} ${id}`);
    if (ok) this.#believed(node, target, boot);
    else if (asked !== undefined) this.#gaveUp(node, target, asked, error, nowUs);
    this.#asked.delete(`${node} ${target}`);
  }

  /** FEN8: what is reported off is off. */
  #believed(node: string, target: string, boot: number | undefined): void {
    const now = this.#world.findNode(target);
    if (boot === undefined || now === undefined || !now.up || now.boot !== boot) return;
    this.#fail("FEN8", `${node} reports that ${target} is fenced, and it runs in boot ${boot}`);
  }

  /** FEN11: nobody gives up while a member that can was not asked. */
  #gaveUp(node: string, target: string, asked: Asked, error: string, nowUs: number): void {
    if (this.#plan !== "reach") return;
    if (/come back|has left|within|silent|in time/.test(error)) return;
    if (nowUs - asked.atUs > 50_000_000) return;
    const able = (this.#views.get(node) ?? []).filter((one) =>
      one !== node && one !== target && isOdd(one)
    );
    for (const one of able) {
      if (asked.handed.has(one)) continue;
      this.#fail("FEN11", `${node} gave up fencing ${target} without asking ${one}: ${error}`);
    }
  }

  #called({ node, target, device, action, patienceUs }: Of<"fence asked">, nowUs: number): void {
    const asked = this.#asked.get(`${node} ${target}`);
    if (action === "on") return;
    this.#shots.set(this.#pair(node, target), "asked");
    if (asked === undefined || this.#plan !== "delays") return;
    const call = asked.calls.get(device);
    const count = (call?.count ?? 0) + 1;
    const power = asked.calls.get("power");
    asked.calls.set(device, { count, atUs: nowUs, failedUs: undefined });
    if (device !== "power") {
      this.#triedEnough(node, target, power);
      return;
    }
    this.counts.delayed++;
    const waitedMs = (nowUs - asked.atUs) / 1000;
    if (waitedMs < delays.baseMs * clockTolerance) {
      this.#fail("FEN9", `${node} has ${target} fenced after ${Math.round(waitedMs)} ms already`);
    }
    if (count > delays.tries) {
      this.#fail("FEN10", `${node} has ${target} fenced by ${device} for the ${count}th time`);
    }
    if (patienceUs * clockTolerance > delays.timeoutMs * 1000) {
      const ms = Math.round(patienceUs / 1000);
      this.#fail("FEN10", `${node} gives ${device} ${ms} ms, of at most ${delays.timeoutMs}`);
    }
  }

  /** FEN10: a device that has failed soon is tried again before another one is. */
  #triedEnough(
    node: string,
    target: string,
    power:
      | { readonly count: number; readonly atUs: number; readonly failedUs?: number | undefined }
      | undefined,
  ): void {
    if (power?.failedUs === undefined || power.count >= delays.tries) return;
    if (this.#givenUp.has(`${node} power`)) return;
    if (power.failedUs - power.atUs > delays.timeoutMs * 500) return;
    this.#fail("FEN10", `${node} has tried the device power ${power.count} times at ${target}`);
  }

  /** FEN13: of two halves one ends the other, never both each other. */
  #shot({ node: target, boot, why }: Of<"crashed">): void {
    const by = /^fenced by (\S+)$/.exec(why)?.[1];
    if (by === undefined || this.#plan !== "halves") return;
    const shooter = [...this.#shots.keys()].reverse().find((pair) => {
      const [one, , other, at] = pair.split(" ");
      return one === by && other === target && at === `${boot}`;
    });
    if (shooter === undefined) return;
    this.#shots.set(shooter, "ended");
    const [one = "", at = "", other = "", of = ""] = shooter.split(" ");
    if (this.#shots.get(`${other} ${of} ${one} ${at}`) !== "ended") return;
    this.counts.bothShot++;
    this.#fail("FEN13", `${one} and ${other} have ended each other`);
  }

  #pair(by: string, target: string): string {
    const [one, other] = [this.#world.node(by), this.#world.node(target)];
    return `${by} ${one.boot} ${target} ${other.boot}`;
  }

  /** FEN15: after a while of calm all members remember the same. */
  #poll(nowUs: number): void {
    this.#polledUs = nowUs;
    if (this.#calmSinceUs === undefined || nowUs - this.#calmSinceUs < historyMs * 3_000) return;
    const { nodes } = this.#world;
    const [first, ...others] = nodes.filter((node) => node.up && !node.paused);
    const members = first && this.#views.get(first.name);
    if (first === undefined || members === undefined || members.length < 2) return;
    const all = [first, ...others].filter(({ name }) => members.includes(name));
    if (all.some(({ name }) => this.#views.get(name)?.length !== members.length)) return;
    const histories = all.flatMap((node) => {
      const state = node.state("stonithd");
      return state === undefined ? [] : [historyOf(state)];
    });
    if (histories.length !== members.length) return;
    this.counts.histories++;
    const names = histories.map((records) => records.flatMap(({ execution = [] }) => execution));
    for (const [at, own] of names.entries()) {
      const twice = own.find((name, place) => own.indexOf(name) !== place);
      const missing = names[0]?.find((name) => !own.includes(name)) ??
        own.find((name) => names[0]?.includes(name) === false);
      const what = twice ?? missing;
      if (what === undefined) continue;
      this.#fail(
        "FEN15",
        `the execution "${what}" is ${
          twice === undefined ? "not in all histories" : "twice in one"
        }` +
          ` of ${all[0]?.name} and ${all[at]?.name}`,
      );
    }
  }

  #forget(node: string): void {
    for (const key of this.#asked.keys()) if (key.startsWith(`${node} `)) this.#asked.delete(key);
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** The service's name says what its state is. */
const historyOf = (state: unknown): readonly FenceRecord[] => (state as StonithdState).history;
