/**
 * FEN2 to FEN4, FEN6 and FEN7: a fence fails only after every device was tried. Equal requests are
 * carried out once. A node in a new life is not fenced for its old life. RSC2 and RSC4 check that
 * recovery waits for a failed fence.
 *
 * That recovery waits for a fence that fails is RSC2 and RSC4.
 *
 * @module
 */
import type { View } from "../../../daemons/runtime/messages.ts";
import { isMistake } from "../faults/configuration.ts";
import { isMessageFault } from "../faults/messages.ts";
import { pluginGivenUp } from "../faults/services.ts";
import { refused } from "../plugins/ra.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Milliseconds after its join in which a node may still be ended by an order of before. */
const underWayMs = 10_000;
/** Milliseconds within which a second execution has no good reason. */
const twiceMs = 60_000;
/** Milliseconds that fencing daemons may go on with what one was asked for. */
const orderLastsMs = 120_000;
/** Milliseconds after which what was broken disturbs nobody any more. */
const quietMs = 30_000;
/** Milliseconds that a fencing daemon has to load its devices. */
const loadMs = 5_000;
/** Milliseconds in which it has asked all devices of one piece of work. */
const workMs = 15_000;

/** One execution by one device. */
interface Execution {
  readonly by: string;
  readonly atUs: number;
  /** When the asker takes silence for failure, and may ask again or have another node ask. */
  readonly givenUpUs: number;
  /** What had disturbed the cluster by then, as a count. */
  readonly disturbances: number;
  outcome: "open" | "confirmed" | "failed";
}

/** Watches power switches, and who asks them for what. */
export class FencingChecker implements Checker {
  readonly watches = ["FEN2", "FEN3", "FEN4", "FEN6", "FEN7"];
  readonly counts = { escalated: 0, fencesFailed: 0, fences: 0, fencesTwice: 0, rejoined: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #devices: readonly string[];
  /** By target, boot and device: the last execution. */
  readonly #executions = new Map<string, Execution>();
  /** By asking node and id: a request of its transition engine, and the devices asked since. */
  readonly #requests = new Map<
    string,
    {
      readonly target: string;
      readonly incarnation: number | undefined;
      readonly atUs: number;
      readonly asked: Set<string>;
    }
  >();
  /** By target and boot: when its end was last asked for. */
  readonly #orderedUs = new Map<string, number>();
  /** By node: since when its fencing daemon is there. */
  readonly #sinceUs = new Map<string, number>();
  readonly #views = new Map<string, View>();
  /** By observer and member: since when it has that member, in which boot of it. */
  readonly #joined = new Map<string, { readonly atUs: number; readonly boot: number }>();
  /** By observer and node: the incarnation in which the observer's fencing daemon last knew it in a view. */
  readonly #lives = new Map<string, number>();
  /** By node: its life in the last quorate view that had it. */
  readonly #memberLives = new Map<string, number>();
  /** By node and life: it was in a quorate view, and then one was without it. Its fence stays due. */
  readonly #lost = new Set<string>();
  /** By node and device: its plugin was given up there, so nobody can ask it. */
  readonly #unusable = new Set<string>();
  /** Nodes on which a stop failed in their present boot: they may be fenced for it. */
  readonly #failed = new Set<string>();
  #disturbances = 0;
  /** By node: when something happened to it last; and when anything was broken, whatever it was. */
  readonly #disturbedUs = new Map<string, number>();
  #brokenUs = 0;

  constructor(world: World, fail: Fail, devices: readonly string[]) {
    this.#world = world;
    this.#fail = fail;
    this.#devices = devices;
  }

  observe(observation: Observation, nowUs: number): void {
    this.#disturb(observation, nowUs);
    switch (observation.type) {
      case "booted":
        this.#failed.delete(observation.node);
        this.#disturbances++;
        return;
      case "process hung":
      case "process resumed":
      case "paused":
      case "resumed":
      case "crashed":
        this.#disturbances++;
        return;
      case "process up":
        if (observation.services.includes("lrmd")) {
          for (const plugin of this.#unusable) {
            if (plugin.startsWith(`${observation.node} ra:`)) this.#unusable.delete(plugin);
          }
        }
        if (observation.services.includes("stonithd")) {
          this.#sinceUs.set(observation.node, nowUs);
          for (const device of this.#devices) {
            this.#unusable.delete(`${observation.node} ${device}`);
          }
        }
        return;
      case "process down":
        this.#disturbances++;
        if (observation.services.includes("stonithd") || observation.services.includes("tengine")) {
          for (const key of this.#requests.keys()) {
            if (key.startsWith(`${observation.node} `)) this.#requests.delete(key);
          }
        }
        if (observation.services.includes("ccm")) this.#leave(observation.node);
        return;
      case "operation":
        if (
          observation.action === "stop" && observation.phase === "ends" && observation.rc !== 0 &&
          // Nobody is ended for what was never started.
          observation.rc !== refused
        ) this.#failed.add(observation.node);
        return;
      case "fence asked":
        this.#asked(observation, nowUs);
        return;
      case "fence confirmed":
      case "fence failed":
      case "fence ignored": {
        const { node, target, boot, device } = observation;
        const execution = this.#executions.get(`${target} ${boot} ${device}`);
        // What a slow device says to who has given it up, or to who asked before, nobody hears.
        if (execution?.by !== node || nowUs >= execution.givenUpUs) return;
        execution.outcome = observation.type === "fence confirmed" ? "confirmed" : "failed";
        return;
      }
      case "sent":
        this.#sent(observation, nowUs);
        return;
      case "received": {
        const { node, service, message } = observation;
        if (service !== "stonithd") return;
        if (message.type === "ccm/view") {
          for (const { node: name, incarnation } of message.view.members) {
            this.#lives.set(`${node} ${name}`, incarnation);
          }
        }
        if (message.type !== "fence/request") return;
        if (observation.from.service === "tengine") this.#forNothing(node, message.target, nowUs);
        this.#orderedUs.set(`${message.target} ${this.#world.node(message.target).boot}`, nowUs);
        this.#requests.set(`${node} ${message.id}`, {
          target: message.target,
          incarnation: this.#lives.get(`${node} ${message.target}`),
          atUs: nowUs,
          asked: this.#underWay(node, message.target, nowUs),
        });
      }
    }
  }

  #sent({ node, service, message }: Extract<Observation, { type: "sent" }>, nowUs: number): void {
    if (service === "ccm") {
      if (message.type === "ccm/view") this.#view(node, message.view, nowUs);
      else if (message.type === "ccm/evicted") this.#leave(node);
      return;
    }
    if (service !== "stonithd" || message.type !== "fence/result") return;
    const key = `${node} ${message.id}`;
    const request = this.#requests.get(key);
    this.#requests.delete(key);
    if (message.ok || request === undefined) return;
    this.counts.fencesFailed++;
    const loadedUs = (this.#sinceUs.get(node) ?? nowUs) + loadMs * 1000;
    if (request.target === node || request.atUs < loadedUs || this.#devices.length < 2) return;
    // It has come back in a new life: there is nothing left to be ended (FEN4).
    if (this.#lives.get(`${node} ${request.target}`) !== request.incarnation) return;
    this.counts.escalated++;
    for (const device of this.#devices) {
      if (request.asked.has(device) || this.#unusable.has(`${node} ${device}`)) continue;
      this.#fail(
        "FEN2",
        `${node} gave up fencing ${request.target} without having asked the device ${device}: ` +
          `${message.error}`,
      );
    }
  }

  /** Devices that a node has asked for this in what it does now: an equal request joins that work. */
  #underWay(by: string, target: string, nowUs: number): Set<string> {
    const { boot } = this.#world.node(target);
    const own = this.#devices.flatMap((device) => {
      const execution = this.#executions.get(`${target} ${boot} ${device}`);
      return execution?.by === by ? [{ device, ...execution }] : [];
    });
    const isOpen = own.some(({ outcome, givenUpUs }) => outcome === "open" && nowUs < givenUpUs);
    if (!isOpen) return new Set();
    return new Set(
      own.filter(({ atUs }) => nowUs - atUs < workMs * 1000).map(({ device }) => device),
    );
  }

  #asked(
    asked: Extract<Observation, { type: "fence asked" }>,
    nowUs: number,
  ): void {
    const { node, target, boot, device } = asked;
    if (asked.action === "on") return;
    this.counts.fences++;
    for (const [key, request] of this.#requests) {
      if (request.target === target && key.startsWith(`${node} `)) request.asked.add(device);
    }
    this.#onceOnly(asked, nowUs);
    const joined = this.#joined.get(`${node} ${target}`);
    if (joined?.boot !== boot || !this.#world.node(target).up) return;
    if (nowUs - joined.atUs < underWayMs * 1000 || this.#failed.has(target)) return;
    // It was to be ended in this very life, by somebody who may be gone since.
    const orderedUs = this.#orderedUs.get(`${target} ${boot}`) ?? -Infinity;
    if (nowUs - orderedUs <= orderLastsMs * 1000) return;
    this.#fail(
      "FEN4",
      `${node} has ${target} ended in boot ${boot}, which has been with it in a quorate view for ` +
        `${Math.round((nowUs - joined.atUs) / 1000)} ms and has done nothing wrong`,
    );
  }

  #onceOnly(
    { node: by, target, boot, device, patienceUs }: Extract<Observation, { type: "fence asked" }>,
    nowUs: number,
  ): void {
    const key = `${target} ${boot} ${device}`;
    const before = this.#executions.get(key);
    const disturbances = this.#disturbances;
    const givenUpUs = nowUs + patienceUs;
    // One of several supplies is off, and the node runs: all of them are switched again.
    const isPart = this.#world.fencing.supplies.includes(device) && this.#world.node(target).up;
    if (before !== undefined && !isPart) this.#mergedOnly(by, target, before, nowUs);
    this.#executions.set(key, { by, atUs: nowUs, givenUpUs, disturbances, outcome: "open" });
    if (before === undefined || before.outcome === "failed") return;
    if (isPart && before.outcome === "confirmed") return;
    if (before.outcome === "open" && nowUs >= before.givenUpUs) return;
    if (nowUs - before.atUs > twiceMs * 1000) return;
    this.counts.fencesTwice++;
    // The requester of the first, or a service that waits for it, may be gone.
    if (before.disturbances !== disturbances) return;
    this.#fail(
      "FEN3",
      `${by} has ${target} ended by ${device}, which ${before.by} did ` +
        `${Math.round((nowUs - before.atUs) / 1000)} ms ago (${before.outcome})`,
    );
  }

  /** What may keep one node from hearing of another's fencing. */
  #disturb(observation: Observation, nowUs: number): void {
    switch (observation.type) {
      case "booted":
      case "paused":
      case "resumed":
      case "crashed":
      case "process up":
      case "process down":
        this.#disturbedUs.set(observation.node, nowUs);
        return;
      case "fault":
        this.#giveUp(observation.text);
        // Whatever a node says, nobody else is broken by it.
        if (!isMistake(observation.text) && !isMessageFault(observation.text)) {
          this.#brokenUs = nowUs;
        }
    }
  }

  #giveUp(fault: string): void {
    const plugin = pluginGivenUp(fault);
    if (plugin !== undefined) this.#unusable.add(`${plugin.node} ${plugin.instance}`);
  }

  /** FEN7: where all hear each other, what one node's device has confirmed no other does again. */
  #mergedOnly(by: string, target: string, before: Execution, nowUs: number): void {
    if (before.outcome !== "confirmed" || nowUs - before.atUs > twiceMs * 1000) return;
    const quietUs = before.atUs - quietMs * 1000;
    if (this.#brokenUs > quietUs) return;
    for (const [node, atUs] of this.#disturbedUs) if (node !== target && atUs > quietUs) return;
    this.#fail(
      "FEN7",
      `${by} has ${target} ended, which ${before.by} did ` +
        `${Math.round((nowUs - before.atUs) / 1000)} ms ago, and nothing kept it from knowing`,
    );
  }

  /** FEN6: a member to which nothing happens, and on which every stop succeeds, is not fenced. */
  #forNothing(by: string, target: string, nowUs: number): void {
    const quietUs = nowUs - quietMs * 1000;
    if (this.#brokenUs > quietUs || this.#failed.has(target)) return;
    for (const atUs of this.#disturbedUs.values()) if (atUs > quietUs) return;
    const joined = this.#joined.get(`${by} ${target}`);
    if (joined === undefined || joined.atUs > quietUs) return;
    const life = this.#views.get(by)?.members.find(({ node }) => node === target)?.incarnation;
    if (this.#lost.has(`${target} ${life}`)) return;
    // Its agents answer only errors: no stop of it succeeds.
    if ([...this.#unusable].some((plugin) => plugin.startsWith(`${target} ra:`))) return;
    this.#fail("FEN6", `${by} has ${target} fenced, which is a member and has done nothing wrong`);
  }

  #view(node: string, view: View, nowUs: number): void {
    this.#disturbances++;
    const before = this.#views.get(node);
    this.#views.set(node, view);
    if (view.quorate) this.#follow(view);
    for (const name of this.#world.nodeNames) {
      const key = `${node} ${name}`;
      const member = view.members.find((one) => one.node === name);
      if (member === undefined || !view.quorate) this.#joined.delete(key);
      else {
        const old = before?.quorate ? before.members.find((one) => one.node === name) : undefined;
        if (old?.incarnation === member.incarnation && this.#joined.has(key)) continue;
        this.counts.rejoined++;
        this.#joined.set(key, { atUs: nowUs, boot: this.#world.node(name).boot });
      }
    }
  }

  /** Who was a member and is no more was lost: to come back in the same life does not undo that. */
  #follow({ members }: View): void {
    const lives = new Map(members.map(({ node, incarnation }) => [node, incarnation]));
    for (const [name, life] of this.#memberLives) {
      if (!lives.has(name)) this.#lost.add(`${name} ${life}`);
    }
    for (const [name, life] of lives) this.#memberLives.set(name, life);
  }

  #leave(node: string): void {
    this.#disturbances++;
    this.#views.delete(node);
    // Who belongs to no view begins nothing more: the next coordinator decides again.
    for (const key of this.#requests.keys()) {
      if (key.startsWith(`${node} `)) this.#requests.delete(key);
    }
    for (const name of this.#world.nodeNames) this.#joined.delete(`${node} ${name}`);
  }
}
