/**
 * A few membership daemons in one test, which carries their messages.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Quorum, QuorumQuestion } from "../../plugins/handler/quorum/contract.ts";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { Message, View } from "../runtime/messages.ts";
import { ccm, type CcmConfig, type CcmState } from "./core.ts";
import type { PeerMessage } from "./protocol.ts";

/** More than half of all nodes. */
const majority = {
  decide: ({ members, nodes }: QuorumQuestion) =>
    members.filter((name) => nodes.includes(name)).length * 2 > nodes.length
      ? "yes" as const
      : "no" as const,
};

/** One daemon, its disk, and the messages to its client. */
export interface Seat {
  readonly machine: Machine<CcmState>;
  readonly disk: Map<string, Uint8Array>;
  readonly told: Message[];
  readonly timers: Map<string, number>;
}

/** Carries messages at once, in order, between nodes that hear each other. */
export class Bench {
  /** The nodes as every heartbeat has them. */
  nodes: readonly string[];
  readonly seats = new Map<string, Seat>();
  /** Directed links that are cut, as `a>b`. */
  readonly cut = new Set<string>();
  /** Messages between nodes, as `a>b type`. */
  readonly said: string[] = [];
  /** Messages that a test wants to be lost. */
  lose: (from: string, to: string, message: PeerMessage) => boolean = () => false;
  at = 1_000;
  /** What a node is configured with when it starts. */
  config: CcmConfig;
  /** They outlive the daemons. */
  readonly #disks = new Map<string, Map<string, Uint8Array>>();
  readonly #queue: { readonly node: string; readonly event: Event }[] = [];

  /** What decides on quorum. */
  readonly quorum: readonly Quorum[];

  constructor(
    nodes: string,
    config: Partial<CcmConfig> = {},
    quorum: readonly Quorum[] = [majority],
  ) {
    this.quorum = quorum;
    this.nodes = [...nodes];
    this.config = { nodes: this.nodes, deadtimeMs: 500, ...config };
  }

  /** The data on a node's disk when it starts. */
  keep(node: string, disk: Map<string, Uint8Array>): void {
    this.#disks.set(node, disk);
  }

  start(...names: readonly string[]): void {
    for (const node of names) {
      const disk = this.#disks.get(node) ?? new Map();
      this.#disks.set(node, disk);
      const machine = ccm(this.config, { quorum: this.quorum });
      this.seats.set(node, { machine, disk, told: [], timers: new Map() });
      this.#queue.push({
        node,
        event: { type: "start", at: this.at, wallMs: 0, seed: 1, node, saved: new Map(disk) },
      });
      this.give(node, "client", { type: "ccm/subscribe" });
    }
    this.hear();
  }

  /** Sends every daemon the nodes that its heartbeat hears. */
  hear(): void {
    for (const node of this.seats.keys()) {
      this.give(node, "heartbeat", {
        type: "heartbeat/connectivity",
        node,
        nodes: this.nodes.map((name) => ({
          name,
          kind: "normal",
          status: name === node || this.#hears(node, name) ? "active" : "dead",
          generation: 1,
          links: [],
        })),
      });
    }
    this.run();
  }

  /** Heartbeat notices that a node is dead. */
  die(node: string): void {
    this.seats.delete(node);
    this.hear();
  }

  give(node: string, service: string, message: Message, from = node): void {
    this.#queue.push({
      node,
      event: { type: "message", at: this.at, from: { node: from, service }, message },
    });
  }

  run(): void {
    for (let steps = 0; this.#queue.length > 0; steps++) {
      assert.ok(steps < 100_000, "they exchange messages forever");
      const { node, event } = this.#queue.shift()!;
      const seat = this.seats.get(node);
      if (seat === undefined) continue;
      for (const effect of seat.machine.step(seat.machine.state, event)) {
        this.#perform(node, seat, effect);
      }
    }
  }

  /** Advances time; due timers fire in order. */
  pass(ms: number): void {
    const until = this.at + ms;
    while (true) {
      let next: { node: string; name: string; dueMs: number } | undefined;
      for (const [node, { timers }] of this.seats) {
        for (const [name, dueMs] of timers) {
          if (dueMs <= until && (next === undefined || dueMs < next.dueMs)) {
            next = { node, name, dueMs };
          }
        }
      }
      if (next === undefined) break;
      this.at = Math.max(this.at, next.dueMs);
      this.seats.get(next.node)?.timers.delete(next.name);
      const event = { type: "timer", at: this.at, name: next.name } as const;
      this.#queue.push({ node: next.node, event });
      this.run();
    }
    this.at = until;
  }

  view(node: string): View | undefined {
    return this.seats.get(node)?.machine.state.view;
  }

  /** Members in order of seniority, `!` behind a quorate view. */
  members(node: string): string {
    const view = this.view(node);
    if (view === undefined) return "";
    return view.members.map((member) => member.node).join("") + (view.quorate ? "!" : "");
  }

  #hears(one: string, other: string): boolean {
    return this.seats.has(other) && !this.cut.has(`${other}>${one}`);
  }

  #perform(node: string, seat: Seat, effect: Effect): void {
    switch (effect.type) {
      case "save":
        if (effect.value) seat.disk.set(effect.key, effect.value);
        return;
      case "timer":
        seat.timers.set(effect.name, this.at + effect.inMs);
        return;
      case "cancel":
        seat.timers.delete(effect.name);
        return;
      case "send": {
        const { to, message } = effect;
        if (to.service === "client") seat.told.push(message);
        if (to.service !== "ccm") return;
        for (const other of this.seats.keys()) {
          if (to.node === "*" ? other === node : to.node !== other) continue;
          if (other !== node && this.cut.has(`${node}>${other}`)) continue;
          const body = (message as { body: unknown }).body as PeerMessage;
          if (this.lose(node, other, body)) continue;
          if (other !== node) this.said.push(`${node}>${other} ${body.type}`);
          this.give(other, "ccm", message, node);
        }
      }
    }
  }
}

/** A cluster of these nodes, one letter each, that is in one quorate view. */
export function formed(nodes: string, config: Partial<CcmConfig> = {}): Bench {
  const bench = new Bench(nodes, config);
  for (const node of nodes) bench.start(node);
  for (const node of nodes) assert.equal(bench.members(node), `${nodes}!`);
  return bench;
}
