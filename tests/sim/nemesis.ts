/**
 * The nemesis: breaks the simulated world, from its own random stream.
 *
 * Faults come by timers and right after interesting messages: those find bugs that timers do not.
 * Now and then the nemesis holds still, with the network whole or broken in one shape, so that
 * checkers can judge the cluster's reaction.
 *
 * @module
 */
import { readPeerMessage } from "../../daemons/ccm/protocol.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import type { Random } from "../../daemons/runtime/random.ts";
import { breakChange } from "./faults/change.ts";
import { breaks, type Fault, faults } from "./faults/mod.ts";
import { isolate } from "./faults/links.ts";
import { Insider, type InsiderFault, insiderFaults, type InsiderPlan } from "./faults/messages.ts";
import { Liar, type LiarPlan } from "./faults/lies.ts";
import { crash } from "./faults/power.ts";
import type { AgentPlan, Broken, Scene } from "./faults/scene.ts";
import type { Forger } from "./forger.ts";
import { fair } from "./network.ts";
import type { SimNode } from "./node.ts";
import { Operator } from "./operator.ts";
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
  /** Brings nodes and takes them away, so many milliseconds between two changes, about. */
  readonly operator?: { readonly everyMs: number };
  /** Which resource agents may fail. */
  readonly agents?: AgentPlan;
  /** Milliseconds between two messages that nobody should believe, about, and which; all if left out. */
  readonly insider?: Omit<InsiderPlan, "kinds"> & { readonly kinds?: readonly InsiderFault[] };
  /** One of the members lies. */
  readonly liar?: LiarPlan;
}

/** Types of messages that trigger a fault: first messages, not repetitions, between nodes. */
const triggering: ReadonlySet<string> = new Set(["propose", "promise", "commit"]);

/** Probability that a proposal of whose votes count is broken off, each time one is sent. */
const changeTrigger = 0.1;

/** Whether it proposes, to a member of a view, that others count. */
function changes(message: Message): boolean {
  const said = message.type === "peer" ? readPeerMessage(message.body) : undefined;
  return said?.type === "propose" && said.proposal.basis > 0;
}

/** Breaks a world. */
export class Nemesis {
  readonly counts = new Map<string, number>();
  readonly #world: World;
  readonly #plan: NemesisPlan;
  readonly #random: Random;
  readonly #now: Broken = {
    still: false,
    partitioned: false,
    damaged: undefined,
    startTrouble: new Map(),
  };
  /** In a still time: the network is broken in one shape. */
  #apart = false;
  #ended = false;
  readonly #operator: Operator | undefined;
  readonly #insider: Insider | undefined;
  readonly #liar: Liar | undefined;

  constructor(world: World, plan: NemesisPlan) {
    this.#world = world;
    this.#plan = plan;
    this.#random = world.nemesis;
    world.listeners.push((observation) => this.#triggered(observation));
    if (plan.insider !== undefined) {
      const insider = { kinds: insiderFaults, ...plan.insider };
      this.#insider = new Insider(world, insider, (text) => this.#say(text));
    }
    if (plan.liar !== undefined) {
      this.#liar = new Liar(world, plan.liar, (text) => this.#say(text));
    }
    if (plan.operator !== undefined) {
      this.#operator = new Operator(
        world,
        this.#random,
        (text) => this.#say(`the operator ${text}`),
      );
    }
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
      if (!this.#now.still) this.#strike();
      kernel.after(this.#random.between(everyMs * 100, everyMs * 1900), next);
    };
    kernel.after(this.#random.between(2_000_000, 2 * everyMs * 1000), next);
    if (this.#operator !== undefined && this.#plan.operator !== undefined) {
      this.#operate(this.#plan.operator.everyMs, this.#operator);
    }
    this.#insider?.begin();
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

  /** The operator goes on until the last still time begins, and in a still one ends what was begun. */
  #operate(everyMs: number, operator: Operator): void {
    const { kernel } = this.#world;
    const next = () => {
      // Who takes some away while the copy of another is damaged may be left with too few.
      if (this.#now.still) operator.endStrays();
      if (this.#now.still || this.#ended || this.#now.damaged !== undefined) operator.insist();
      else operator.act();
      kernel.after(this.#random.between(everyMs * 500, everyMs * 1500), next);
    };
    kernel.after(this.#random.between(20_000_000, 30_000_000), next);
  }

  /** The still time ends, and is judged. */
  end(): void {
    this.#stir();
  }

  #stir(): void {
    if (!this.#now.still) return;
    this.#now.still = false;
    if (!this.#apart) this.#now.damaged = undefined;
    this.#world.observe({ type: "calm", on: false });
    this.#heal();
  }

  /** Everything is repaired; `broken`: then the network is broken in one shape. */
  #holdStill(broken: boolean): void {
    this.#stir();
    this.#now.still = true;
    this.#apart = broken;
    this.#heal();
    this.#say("holds still");
    const { network, cluster } = this.#world;
    if (broken) {
      // Fencing would end a node that is cut off, again and again: so no device answers.
      this.#world.fencing.mode = "silent";
      this.#world.fencing.modes.clear();
      this.#say(breakApart(network, this.#random.pick(shapes), [...cluster].sort(), this.#random));
    }
    this.#world.observe({ type: "calm", on: true });
  }

  #heal(): void {
    const { network, fencing, nodes, kernel } = this.#world;
    network.healAll();
    network.weather = fair;
    this.#now.partitioned = false;
    fencing.mode = "ok";
    fencing.modes.clear();
    for (const node of nodes) {
      node.clock.setRate(kernel.nowUs, 1);
      node.fsync = { minUs: 200, maxUs: 3_000 };
      node.trouble.clear();
      node.disk.full = false;
      node.resume();
      for (const process of node.running) process.resume();
      node.powerOn();
      node.startParent();
    }
  }

  #strike(): void {
    const fault = this.#random.pick(this.#plan.faults ?? faults);
    if (fault === "damage" && this.#operator?.isSettled === false) return;
    breaks[fault](this.#scene(this.#random.pick(this.#world.nodes)));
  }

  #scene(node: SimNode): Scene {
    const { forger, agents } = this.#plan;
    return {
      world: this.#world,
      node,
      random: this.#random,
      broken: this.#now,
      forger,
      agents,
      say: (text, count) => this.#say(text, count),
      count: (name, times) => this.#count(name, times),
    };
  }

  /** Right after a message left: its sender crashes, or is cut off. */
  #triggered(observation: Observation): void {
    if (this.#now.still || this.#ended || observation.type !== "sent") return;
    const { message, node: name } = observation;
    const triggers = message.type === "peer"
      ? typeof message.body === "object" && message.body !== null && "type" in message.body &&
        triggering.has(String(message.body.type))
      : (message.type === "ccm/view" && observation.to.service === "observer") ||
        message.type === "cib/applied" || message.type === "fence/request";
    if (!triggers) return;
    if (
      this.#plan.operator !== undefined && changes(message) && this.#random.chance(changeTrigger)
    ) {
      this.#world.kernel.after(this.#random.pick([0, 300, 1_000, 3_000, 10_000, 30_000]), () => {
        if (this.#now.still) return;
        this.#say("while they agree on who counts:", "broken changes");
        breakChange(this.#scene(this.#world.node(name)));
      });
      return;
    }
    if (!this.#random.chance(this.#plan.trigger)) return;
    const { kernel } = this.#world;
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
          if (this.#now.still) return;
          this.#say(`after ${said}:`);
          crash(this.#scene(node), node, 1_000, 5_000);
        });
        return;
      case 2:
        kernel.after(afterUs, () => {
          if (this.#now.still) return;
          this.#say(`after ${said}: everybody crashes`, "crash all");
          for (const one of this.#world.nodes) crash(this.#scene(node), one, 1_000, 5_000);
        });
        return;
      default:
        kernel.after(afterUs, () => {
          if (this.#now.still || this.#now.partitioned) return;
          this.#say(`after ${said}: isolates ${name}`, "isolate");
          isolate(this.#scene(node));
        });
    }
  }

  #say(text: string, count?: string): void {
    if (count !== undefined) this.#count(count, 1);
    this.#world.observe({ type: "fault", text });
  }

  /** Messages that nobody should have believed. */
  get forged(): Readonly<Record<string, number>> {
    return { ...this.#insider?.counts, ...this.#liar?.counts };
  }

  /** What the operator has done. */
  get operated(): Readonly<Record<string, number>> {
    return this.#operator?.counts ?? {};
  }

  #count(name: string, times: number): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }
}
