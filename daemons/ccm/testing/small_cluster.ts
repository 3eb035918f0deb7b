/**
 * A few membership daemons on the production runtime, in one test, which carries their messages.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Quorum, QuorumQuestion } from "../../../plugins/handler/quorum/contract.ts";
import type { Machine } from "../../runtime/machine.ts";
import { MachineProcess } from "../../runtime/machine_process.ts";
import type { Message, View } from "../../runtime/messages.ts";
import type { Send } from "../../runtime/seat.ts";
import { smallHost, SmallTime } from "../../runtime/testing/small_host.ts";
import { recorded } from "../../runtime/testing/transcript.ts";
import { ccm, type CcmConfig, type CcmState } from "../core.ts";
import type { PeerMessage } from "../protocol.ts";

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
  readonly process: MachineProcess;
  readonly disk: Map<string, Uint8Array>;
  readonly told: Message[];
}

/** Carries messages at once, in order, between nodes that hear each other. */
export class Bench {
  /** The nodes as every heartbeat has them. */
  nodes: readonly string[];
  readonly seats = new Map<string, Seat>();
  /** Directed links that are cut, as `a>b`. */
  readonly cut = new Set<string>();
  /** Strangers that a node's heartbeat hears. */
  readonly strangers = new Map<string, readonly string[]>();
  /** Nodes of which a node's heartbeat hears that their cluster has been founded. */
  readonly founded = new Map<string, readonly string[]>();
  /** What was said between nodes, as `a>b type`. */
  readonly said: string[] = [];
  /** Messages that a test wants to be lost. */
  lose: (from: string, to: string, message: PeerMessage) => boolean = () => false;
  /** What a node is configured with when it starts. */
  config: CcmConfig;
  /** They outlive the daemons. */
  readonly #disks = new Map<string, Map<string, Uint8Array>>();
  readonly #time = new SmallTime();
  /** What is going to happen, in order: starts, and messages on their way. */
  readonly #queue: (() => void)[] = [];

  /** What decides on quorum. */
  readonly quorum: readonly Quorum[];

  constructor(
    nodes: string,
    config: Partial<CcmConfig> = {},
    quorum: readonly Quorum[] = [majority],
  ) {
    this.quorum = quorum;
    this.nodes = [...nodes];
    this.config = { nodes: this.nodes, deadtimeMs: 500, listenMs: 0, ...config };
  }

  /** Milliseconds since the test's world began. */
  get at(): number {
    return this.#time.nowMs;
  }

  /** The data on a node's disk when it starts. */
  keep(node: string, disk: Map<string, Uint8Array>): void {
    this.#disks.set(node, disk);
  }

  start(...names: readonly string[]): void {
    for (const node of names) {
      const disk = this.#disks.get(node) ?? new Map();
      this.#disks.set(node, disk);
      this.seats.get(node)?.process.end();
      const machine = recorded(ccm(this.config, { quorum: this.quorum }));
      const process = new MachineProcess({
        process: node,
        node,
        machines: [machine],
        host: smallHost({
          time: this.#time,
          disk,
          // A disk takes longer than what is on its way already.
          synced: (done) => this.#queue.push(done),
        }),
        sent: (_service, said) => this.#carry(node, said),
        stopped: () => {},
        failed: (_service, error) => {
          throw error;
        },
      });
      const seat: Seat = { machine, process, disk, told: [] };
      this.seats.set(node, seat);
      this.#queue.push(() => process.start());
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
        strangers: this.strangers.get(node) ?? [],
        founded: this.founded.get(node) ?? [],
      });
    }
    this.run();
  }

  /** Heartbeat notices that a node is dead. */
  die(node: string): void {
    this.seats.get(node)?.process.end();
    this.seats.delete(node);
    this.hear();
  }

  give(node: string, service: string, message: Message, from = node): void {
    const envelope = { to: { service: "ccm" }, from: { node: from, service }, message };
    this.#queue.push(() => this.seats.get(node)?.process.exchange.forward(envelope));
  }

  run(): void {
    for (let steps = 0; this.#queue.length > 0; steps++) {
      assert.ok(steps < 100_000, "they exchange messages forever");
      this.#queue.shift()!();
    }
  }

  /** Advances time; due timers fire in order. */
  pass(ms: number): void {
    this.#time.pass(ms, () => this.run());
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

  /** What a daemon says to its client, or through heartbeat to daemons of other nodes. */
  #carry(node: string, { to, message }: Send): void {
    if (to.service === "client") this.seats.get(node)?.told.push(message);
    if (to.service !== "ccm" || message.type !== "peer") return;
    for (const other of this.seats.keys()) {
      if (other === node || to.node !== "*" && to.node !== other) continue;
      if (this.cut.has(`${node}>${other}`)) continue;
      const body = message.body as unknown as PeerMessage;
      if (this.lose(node, other, body)) continue;
      this.said.push(`${node}>${other} ${body.type}`);
      this.give(other, "ccm", message, node);
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
