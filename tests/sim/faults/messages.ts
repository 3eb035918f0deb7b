/**
 * Messages that must be rejected: malformed ones, which are real ones of this world with a missing
 * or wrong part, and misdirected ones, which are well formed but sent by a service that may not
 * send them. The door of each process rejects them, so the history is the same with and without
 * them. If the door is open, machines fail or obey.
 *
 * @module
 */
import { protocol } from "../../../daemons/protocols.ts";
import { enter } from "../../../daemons/runtime/door.ts";
import type { Message } from "../../../daemons/runtime/messages.ts";
import { Random } from "../../../daemons/runtime/random.ts";
import { mutated } from "../../fuzz/mutate.ts";
import type { SimNode } from "../node.ts";
import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** How it goes about it. */
export interface InsiderPlan {
  /** Milliseconds between two messages, about. */
  readonly everyMs: number;
  /** Whether the doors are closed: then nothing of it may be believed. */
  readonly closed: boolean;
  /** Which it sends. */
  readonly kinds: readonly InsiderFault[];
}

/** Its faults. */
export type InsiderFault = "malformed message" | "misdirected message";

/** All of them. */
export const insiderFaults: readonly InsiderFault[] = ["malformed message", "misdirected message"];

/** Attempts to make a message that is truly malformed. */
const attemptsMax = 8;

type Received = Extract<Observation, { readonly type: "received" }>;

/** Sends them, from a random stream of its own. */
export class Insider {
  readonly counts: Record<InsiderFault, number> = {
    "malformed message": 0,
    "misdirected message": 0,
  };
  readonly #world: World;
  readonly #random: Random;
  readonly #plan: InsiderPlan;
  /** The last message of each type that a machine received. */
  readonly #seen = new Map<string, Received>();
  readonly #say: (text: string) => void;

  constructor(world: World, plan: InsiderPlan, say: (text: string) => void) {
    this.#world = world;
    this.#plan = plan;
    this.#say = say;
    this.#random = new Random(world.seed, 3);
    world.listeners.push((observation) => {
      if (observation.type !== "received") return;
      const { type } = observation.message;
      // What is for machines that production does not have says nothing.
      if (protocol.has(type)) this.#seen.set(`${type} ${observation.service}`, observation);
    });
  }

  /** Begins, and goes on until the world ends. */
  begin(): void {
    const { everyMs, kinds } = this.#plan;
    const next = () => {
      const node = this.#random.pick(this.#world.nodes);
      const kind = this.#random.pick(kinds);
      if (node.up && !node.paused) this.#strike(kind, node);
      this.#world.kernel.after(this.#random.between(everyMs * 500, everyMs * 1500), next);
    };
    this.#world.kernel.after(this.#random.between(1_000_000, 3_000_000), next);
  }

  #strike(kind: InsiderFault, node: SimNode): void {
    const keys = [...this.#seen.keys()].sort();
    if (keys.length === 0) return;
    const seen = this.#seen.get(this.#random.pick(keys));
    if (seen === undefined) return;
    const sent = kind === "malformed message"
      ? this.#malformed(seen)
      : this.#misdirected(seen, node);
    if (sent === undefined) return;
    this.counts[kind]++;
    this.#say(`${kind} for ${node.name}: ${sent.message.type}`);
    if (node.forge(sent.from, seen.service, sent.message) !== false || !this.#plan.closed) return;
    const { from, message } = sent;
    const text =
      `${node.name} ${seen.service} believes ${message.type} of ${from.node} ${from.service}`;
    this.#world.fail("DOOR", text);
  }

  /** A real message that is broken somewhere, so that its reader must see it. */
  #malformed(
    { message, from }: Received,
  ): { from: Received["from"]; message: Message } | undefined {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const broken = mutated(message, this.#random);
      if (!isTyped(broken, message.type)) continue;
      const said = { to: "", from, message: broken };
      const rule = protocol.get(message.type);
      if (rule === undefined) return undefined;
      const entered = enter(
        new Map([[message.type, { ...rule, from: everybody(from), to: [""] }]]),
        "",
        said,
      );
      if (!entered.ok) return { from, message: broken };
    }
    return undefined;
  }

  /** A well-formed message of a service of another node that may not say it. */
  #misdirected(
    { message, from }: Received,
    node: SimNode,
  ): { from: Received["from"]; message: Message } | undefined {
    const others = this.#world.nodes.filter((other) => other !== node);
    if (others.length === 0) return undefined;
    const rule = protocol.get(message.type);
    const mayPeers = rule?.from.some((speaker) => speaker.endsWith("@peer"));
    // Another service sends a message that only one service of any node may send.
    const service = mayPeers ? "mallory" : from.service;
    return { from: { node: this.#random.pick(others).name, service }, message };
  }
}

const everybody = (
  { service }: { readonly service: string },
): readonly string[] => [`${service}@peer`];

/** Still a message, and of its type. */
function isTyped(value: unknown, type: string): value is Message {
  return typeof value === "object" && value !== null && "type" in value && value.type === type;
}

/** Whether a fault is such a message. */
export const isMessageFault = (text: string): boolean =>
  /^(?:malformed|misdirected) message/.test(text);
