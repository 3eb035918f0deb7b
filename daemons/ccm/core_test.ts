/**
 * The membership daemon, step by step: some daemons, and a test that carries their messages.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { QuorumQuestion } from "../../plugins/handler/quorum/contract.ts";
import type { Effect, Event, Machine } from "../machine.ts";
import type { Message, View } from "../messages.ts";
import { ccm, type CcmConfig, type CcmState } from "./core.ts";
import type { PeerMessage } from "./peer.ts";
import { savedKey, settingsOf } from "./state.ts";

const majority = {
  decide: ({ members, nodes }: QuorumQuestion) =>
    members.length * 2 > nodes.length ? "yes" as const : "no" as const,
};

/** One daemon, its disk, and what it told its client. */
interface Seat {
  readonly machine: Machine<CcmState>;
  readonly disk: Map<string, Uint8Array>;
  readonly told: Message[];
  readonly timers: Map<string, number>;
}

/** Carries messages at once, in order, between nodes that hear each other. */
class Bench {
  readonly nodes: readonly string[];
  readonly seats = new Map<string, Seat>();
  /** Directed links that are cut, as `a>b`. */
  readonly cut = new Set<string>();
  /** What was said between nodes, as `a>b type`. */
  readonly said: string[] = [];
  /** Messages that a test wants to be lost. */
  lose: (from: string, to: string, message: PeerMessage) => boolean = () => false;
  at = 1_000;
  readonly #config: CcmConfig;
  readonly #queue: { readonly node: string; readonly event: Event }[] = [];

  constructor(nodes: string, config: Partial<CcmConfig> = {}) {
    this.nodes = [...nodes];
    this.#config = { nodes: this.nodes, deadtimeMs: 500, ...config };
  }

  start(...names: readonly string[]): void {
    for (const node of names) {
      const disk = this.seats.get(node)?.disk ?? new Map();
      const machine = ccm(this.#config, { quorum: [majority] });
      this.seats.set(node, { machine, disk, told: [], timers: new Map() });
      this.#queue.push({
        node,
        event: { type: "start", at: this.at, wallMs: 0, seed: 1, node, saved: new Map(disk) },
      });
      this.give(node, "client", { type: "ccm/subscribe" });
    }
    this.hear();
  }

  /** Tells every daemon whom its heartbeat hears. */
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
      assert.ok(steps < 100_000, "they talk for ever");
      const { node, event } = this.#queue.shift()!;
      const seat = this.seats.get(node);
      if (seat === undefined) continue;
      for (const effect of seat.machine.step(seat.machine.state, event)) {
        this.#perform(node, seat, effect);
      }
    }
  }

  /** Lets time pass; due timers fire in order. */
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

function formed(nodes: string, config: Partial<CcmConfig> = {}): Bench {
  const bench = new Bench(nodes, config);
  for (const node of nodes) bench.start(node);
  for (const node of nodes) assert.equal(bench.members(node), `${nodes}!`);
  return bench;
}

Deno.test("nodes that start one after the other are in one view, the first the most senior", () => {
  const bench = new Bench("abc");
  bench.start("b");
  assert.equal(bench.members("b"), "b");
  bench.start("c");
  assert.equal(bench.members("b"), "bc!");
  bench.start("a");
  for (const node of "abc") assert.equal(bench.members(node), "bca!");
  assert.deepEqual(bench.view("a"), bench.view("c"));
});

Deno.test("nodes that start together are in one view", () => {
  const bench = new Bench("abcde");
  bench.start(..."abcde");
  for (const node of "abcde") assert.equal([...bench.members(node)].sort().join(""), "!abcde");
});

Deno.test("the death of the coordinator costs a row, two rounds and no waiting", () => {
  const bench = formed("abcde");
  const { at } = bench;
  bench.said.length = 0;
  bench.die("a");
  for (const node of "bcde") assert.equal(bench.members(node), "bcde!");
  assert.equal(bench.at, at, "no timer was needed");
  assert.equal(bench.said.filter((line) => line.endsWith(" propose")).length, 3);
  assert.equal(bench.said.filter((line) => line.endsWith(" promise")).length, 3);
  assert.equal(bench.said.filter((line) => line.endsWith(" commit")).length, 3);
});

Deno.test("a proposal is promised only when the promise is on disk", () => {
  const bench = formed("abc");
  const promised = bench.seats.get("c")!.machine.state.promised;
  const saved = new TextDecoder().decode(bench.seats.get("c")!.disk.get(savedKey));
  assert.equal(saved, `{"incarnation":1,"promised":${promised}}`);
  // And in the right order: the save stands before the promise.
  const { machine } = bench.seats.get("c")!;
  bench.die("b");
  const epoch = (Math.floor(machine.state.promised / 64) + 1) * 64;
  const rows = machine.state.rows;
  const members = ["a", "c"].map((node) => ({
    node,
    incarnation: rows.get(node)!.incarnation,
    bornOn: 1,
  }));
  const body = { type: "propose", proposal: { epoch, proposer: "a", members, previous: [] } };
  const effects = machine.step(machine.state, {
    type: "message",
    at: bench.at,
    from: { node: "a", service: "ccm" },
    message: { type: "peer", body },
  });
  const kinds = effects.map((effect) =>
    effect.type === "send" && effect.message.type === "peer"
      ? (effect.message.body as PeerMessage).type
      : effect.type
  );
  assert.ok(kinds.indexOf("save") < kinds.indexOf("promise"), kinds.join(" "));
  assert.ok(kinds.includes("promise"));
});

Deno.test("a minority acts no more at once; the majority goes on", () => {
  const bench = formed("abcde");
  for (const one of "ab") {
    for (const other of "cde") {
      bench.cut.add(`${one}>${other}`);
      bench.cut.add(`${other}>${one}`);
    }
  }
  bench.hear();
  assert.equal(bench.members("a"), "ab");
  assert.equal(bench.members("c"), "cde!");
  const types = bench.seats.get("a")!.told.map((message) => message.type);
  assert.deepEqual(types.slice(-2), ["ccm/evicted", "ccm/view"]);
  bench.cut.clear();
  bench.hear();
  // Those who kept the quorum are senior.
  for (const node of "abcde") assert.equal(bench.members(node), "cdeab!");
});

Deno.test("a bridge node stays with those it was with, and nobody fights for it", () => {
  const bench = formed("abcde");
  bench.die("b");
  bench.start("b"); // now acdeb
  for (const one of "ab") {
    for (const other of "de") {
      bench.cut.add(`${one}>${other}`);
      bench.cut.add(`${other}>${one}`);
    }
  }
  bench.hear();
  bench.pass(5_000);
  // Both halves have three with c; a is the most senior.
  assert.equal(bench.members("c"), "acb!");
  assert.equal(bench.members("d"), "de");
  const { epoch } = bench.view("c")!;
  bench.pass(60_000);
  assert.equal(bench.view("c")!.epoch, epoch);
  assert.equal(bench.members("d"), "de");
});

Deno.test("one deaf direction is enough to part two nodes", () => {
  const bench = formed("abc");
  bench.cut.add("b>c");
  bench.hear();
  bench.pass(5_000);
  assert.equal(bench.members("a"), "ab!");
  assert.equal(bench.members("b"), "ab!");
  assert.equal(bench.members("c"), "c");
});

Deno.test("a daemon that restarts leaves and joins anew, and its epochs go on rising", () => {
  const bench = formed("abc");
  const before = bench.view("a")!;
  bench.start("a");
  const after = bench.view("a")!;
  assert.ok(after.epoch > before.epoch);
  assert.equal(bench.members("a"), "bca!");
  assert.equal(after.members.at(-1)!.incarnation, 2);
  assert.equal(after.members.at(-1)!.bornOn, after.epoch);
});

Deno.test("a commit that was lost is repeated", () => {
  const bench = formed("abc");
  let lost = 0;
  bench.lose = (_from, to, { type }) => to === "c" && type === "commit" && lost++ < 1;
  bench.die("b");
  assert.equal(bench.members("a"), "ac!");
  assert.equal(bench.members("c"), "abc!");
  const { epoch } = bench.view("a")!;
  bench.pass(2_000);
  assert.equal(bench.members("c"), "ac!");
  assert.equal(bench.view("c")!.epoch, epoch);
  assert.ok(lost >= 1);
});

Deno.test("a proposal that nobody answers is made again, and the next takes over if need be", () => {
  const bench = formed("abcd");
  bench.lose = (from, _to, { type }) => type === "propose" && from === "a";
  bench.die("d");
  assert.equal(bench.members("a"), "abcd!");
  bench.pass(5_000);
  for (const node of "abc") assert.equal(bench.members(node), "abc!");
});

Deno.test("a commit to an earlier life, or of an old view, is not taken up", () => {
  const bench = formed("abc");
  const old = bench.view("c")!;
  bench.die("a");
  const view = bench.view("c")!;
  assert.ok(view.epoch > old.epoch);
  const body = { type: "commit", proposal: { ...old, proposer: "a", previous: [] } };
  bench.give("c", "ccm", { type: "peer", body: JSON.parse(JSON.stringify(body)) }, "b");
  bench.run();
  assert.deepEqual(bench.view("c"), view);
  bench.start("c");
  const again = bench.view("c")!;
  bench.give("c", "ccm", {
    type: "peer",
    body: JSON.parse(JSON.stringify({ ...body, proposal: { ...body.proposal, ...view } })),
  }, "b");
  bench.run();
  assert.deepEqual(bench.view("c"), again);
});

Deno.test("who stops in good order is not waited for", () => {
  const bench = formed("abc");
  const { machine } = bench.seats.get("a")!;
  const { at } = bench;
  const effects = machine.step(machine.state, { type: "stop", at });
  assert.equal(effects.at(-1)?.type, "stopped");
  for (const effect of effects) {
    if (effect.type !== "send" || effect.to.service !== "ccm") continue;
    for (const other of "bc") bench.give(other, "ccm", effect.message, "a");
  }
  bench.seats.delete("a");
  bench.run();
  assert.equal(bench.members("b"), "bc!");
  assert.equal(bench.at, at);
});

Deno.test("a daemon that says nothing is left out, though its node's heart beats", () => {
  const bench = formed("abc");
  bench.seats.get("c")!.machine.step = () => [];
  bench.seats.get("c")!.timers.clear();
  bench.pass(10_000);
  assert.equal(bench.members("a"), "ab!");
  assert.equal(bench.members("b"), "ab!");
});

Deno.test("without heartbeat a daemon is alone at once", () => {
  const bench = formed("abc");
  const { machine, told } = bench.seats.get("a")!;
  const event = { type: "peer", at: bench.at, service: "heartbeat", up: false } as const;
  const effects = machine.step(machine.state, event);
  assert.ok(effects.some((effect) => effect.type === "send" && effect.to.service === "client"));
  assert.equal(machine.state.view, undefined);
  assert.ok(told.length > 0);
});

Deno.test("what peers say is looked at before it is believed", () => {
  const bench = formed("ab");
  const view = bench.view("a");
  for (
    const body of [
      null,
      7,
      "rows",
      [],
      {},
      { type: "rows" },
      { type: "rows", rows: [{}] },
      { type: "rows", rows: [{ node: "zz", incarnation: 1, serial: 1, promised: 1, pending: 0 }] },
      { type: "propose", proposal: { epoch: 1e9 } },
      { type: "propose", proposal: { epoch: -64, proposer: "b", members: [], previous: [] } },
      { type: "propose", proposal: { epoch: 6400, proposer: "b", members: [], previous: [] } },
      { type: "promise", epoch: "1" },
      { type: "commit", proposal: { epoch: 6465, proposer: "b", members: [], previous: [] } },
      { type: "nonsense" },
    ] as const
  ) {
    bench.give("a", "ccm", { type: "peer", body: JSON.parse(JSON.stringify(body)) }, "b");
    bench.run();
    assert.deepEqual(bench.view("a"), view, JSON.stringify(body));
  }
});

Deno.test("a damaged file is refused: a lower epoch would break what was promised", () => {
  const bench = new Bench("abc");
  bench.seats.set("a", {
    machine: ccm({ nodes: ["a"], deadtimeMs: 1 }, { quorum: [] }),
    disk: new Map([[savedKey, new TextEncoder().encode('{"incarnation":1,"pro')]]),
    told: [],
    timers: new Map(),
  });
  assert.throws(() => bench.start("a"), /Cannot read the saved membership .* damaged/);
});

Deno.test("a configuration that cannot work is refused", () => {
  const config = { nodes: ["a", "b"], deadtimeMs: 500 };
  assert.throws(() => settingsOf({ ...config, nodes: [] }, []), /name 1 to 64 nodes/);
  assert.throws(() => settingsOf({ ...config, nodes: ["a", "a"] }, []), /named twice/);
  assert.throws(() => settingsOf({ ...config, deadtimeMs: 0 }, []), /must be above 0/);
  const bench = new Bench("abc");
  assert.throws(() => bench.start("x"), /this node is "x"/);
});
