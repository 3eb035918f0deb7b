import assert from "node:assert/strict";
import type { Effect, Event, Machine, Result } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { reloadMs, reloadMsMax } from "./config.ts";
import { heartbeat } from "./core.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import type { HeartbeatState } from "./state.ts";

const ok: Result = { ok: true, value: undefined };
const failed = (error: string): Result => ({ ok: false, error });
type Call = Extract<Effect, { type: "call" }>;

/** One node whose media and watchdog are the test's own: whatever they are called with waits here. */
class Node {
  at = 1_000;
  readonly machine: Machine<HeartbeatState>;
  /** Calls of the media that want an answer, and have none yet. */
  left: Call[] = [];
  /** Calls of the watchdog that were not answered. */
  asked: Call[] = [];
  readonly done: string[] = [];
  readonly log: string[] = [];
  loads = 0;
  /** Calls of the media that wanted an answer. */
  wanted = 0;
  status: unknown;
  readonly #due = new Map<string, number>();

  constructor(withWatchdog = true) {
    this.machine = heartbeat({
      nodes: ["n1", "n2"],
      media: [{ link: "net0", plugin: "medium/memory", config: {} }],
      keepaliveMs: 100,
      deadtimeMs: 500,
      initdeadMs: 60_000,
      ...(withWatchdog ? { watchdog: { plugin: "watchdog/test", config: {} } } : {}),
    }, plainCodecs("key"));
    this.give({ type: "start", at: 1_000, wallMs: 1e12, seed: 1, node: "n1", saved: new Map() });
    this.give({ type: "loaded", at: this.at, instance: "net0", result: ok });
  }

  give(event: Event): void {
    for (const effect of this.machine.step(this.machine.state, event)) this.#take(effect);
  }

  loaded(result: Result = ok): void {
    this.give({ type: "loaded", at: this.at, instance: "watchdog", result });
  }

  /** Lets `ms` pass; each heartbeat that leaves is answered with `taken`, or not at all. */
  run(ms: number, taken: Result | "no answer" = ok): void {
    for (const until = this.at + ms; this.at < until;) {
      this.at += 10;
      for (const [name, due] of [...this.#due]) {
        if (due > this.at) continue;
        this.#due.delete(name);
        this.give({ type: "timer", at: this.at, name });
      }
      for (const { id } of this.left.splice(0)) if (taken !== "no answer") this.reply(id, taken);
    }
  }

  /** Answers what the watchdog was asked; gives the methods. */
  answer(result: Result = ok): string[] {
    return this.asked.splice(0).map(({ id, method }) => {
      this.reply(id, result);
      return method;
    });
  }

  reply(id: string | undefined, result: Result): void {
    if (id !== undefined) this.give({ type: "reply", at: this.at, id, result });
  }

  shown(): unknown {
    const message: Message = { type: "status/query", id: "1" };
    this.give({ type: "message", at: this.at, from: { node: "n1", service: "ha" }, message });
    return (this.status as { readonly watchdog?: unknown }).watchdog;
  }

  /** A node whose watchdog is armed. */
  static armed(): Node {
    const node = new Node();
    node.loaded();
    node.run(100);
    assert.deepEqual(node.answer(), ["arm"]);
    node.run(100);
    assert.deepEqual(node.answer(), ["pet"]);
    return node;
  }

  #take(effect: Effect): void {
    switch (effect.type) {
      case "call":
        if (effect.instance === "watchdog") this.asked.push(effect);
        else if (effect.id !== undefined) {
          this.wanted++;
          this.left.push(effect);
        }
        return;
      case "timer":
        this.#due.set(effect.name, this.at + effect.inMs);
        return;
      case "cancel":
        this.#due.delete(effect.name);
        return;
      case "load":
        if (effect.instance === "watchdog") this.loads++;
        return;
      case "send":
        if (effect.message.type === "status/answer") this.status = effect.message.status;
        return;
      case "unload":
        this.done.push(`unload ${effect.instance}`);
        return;
      case "stopped":
        this.done.push("stopped");
        return;
      case "log":
        this.log.push(effect.text);
    }
  }
}

const shown = (state: string) => ({ plugin: "watchdog/test", state });

Deno.test("it is armed with the first heartbeat that left, and then petted with each", () => {
  const node = new Node();
  node.run(300);
  assert.deepEqual(node.asked, [], "its plugin is not there");
  node.loaded();
  assert.deepEqual([node.asked, node.shown()], [[], shown("ready")]);
  node.run(100);
  assert.deepEqual(node.answer(), ["arm"]);
  assert.deepEqual(node.shown(), shown("arming"));
  for (let beat = 0; beat < 5; beat++) {
    node.run(100);
    assert.deepEqual(node.answer(), ["pet"]);
    assert.deepEqual(node.shown(), shown("armed"));
  }
  assert.equal(node.log.filter((line) => line.includes("is armed")).length, 1);
});

Deno.test("a heartbeat that no medium takes, or that none answers, pets nothing", () => {
  for (const taken of [failed("it has ended"), "no answer"] as const) {
    const node = Node.armed();
    node.run(2_000, taken);
    assert.deepEqual(node.asked, []);
    node.run(100);
    assert.deepEqual(node.answer(), ["pet"], "it goes on when they leave again");
  }
});

Deno.test("nothing else that a medium takes pets it", () => {
  const node = Node.armed();
  node.give({ type: "emit", at: node.at, instance: "net0", event: { type: "packet" } });
  node.shown();
  node.reply("some other call", ok);
  assert.deepEqual([node.left, node.asked], [[], []]);
});

Deno.test("no more than one pet is under way, however long it takes", () => {
  const node = Node.armed();
  node.run(1_000);
  assert.equal(node.asked.length, 1);
});

Deno.test("without one no medium is asked whether a heartbeat left, and none is shown", () => {
  const node = new Node(false);
  node.run(500);
  assert.deepEqual([node.wanted, node.loads, node.shown()], [0, 0, undefined]);
});

Deno.test("a stop in good order waits until it is disarmed, and pets it no more", () => {
  const node = Node.armed();
  node.give({ type: "stop", at: node.at });
  assert.deepEqual(node.asked.map(({ method }) => method), ["disarm"]);
  node.run(500);
  assert.deepEqual(node.done, []);
  assert.deepEqual(node.answer(), ["disarm"]);
  assert.deepEqual(node.done, ["unload clients", "unload net0", "unload watchdog", "stopped"]);
});

Deno.test("where it cannot be disarmed the node stops all the same, and says so", () => {
  const node = Node.armed();
  node.give({ type: "stop", at: node.at });
  node.answer(failed("no answer within 3000 ms"));
  assert.equal(node.done.at(-1), "stopped");
  assert.match(node.log.at(-1)!, /could not be disarmed.*no answer within/);
});

Deno.test("while it is being armed a stop disarms it; where it is not there a stop does not wait", () => {
  const arming = new Node();
  arming.loaded();
  arming.run(100);
  arming.give({ type: "stop", at: arming.at });
  assert.deepEqual(arming.asked.map(({ method }) => method), ["arm", "disarm"]);
  const none = new Node();
  none.give({ type: "stop", at: none.at });
  assert.equal(none.done.at(-1), "stopped");
});

Deno.test("trouble is told once, and it is loaded again after a pause that doubles, again and again", () => {
  const node = new Node();
  node.loaded();
  const from = node.log.length;
  for (let time = 0; time < 7; time++) {
    const pauseMs = Math.min(reloadMs * 2 ** time, reloadMsMax);
    node.run(100);
    assert.deepEqual(node.answer(), ["arm"]);
    const event = { type: "trouble", why: "/dev/watchdog is no device" };
    node.give({ type: "emit", at: node.at, instance: "watchdog", event });
    assert.deepEqual(node.shown(), shown("failed"));
    assert.equal(node.done.filter((what) => what === "unload watchdog").length, time + 1);
    node.run(pauseMs - 100);
    assert.deepEqual([node.loads, node.asked], [time + 1, []]);
    node.run(110);
    assert.equal(node.loads, time + 2);
    node.loaded();
  }
  assert.deepEqual(node.log.slice(from).filter((text) => text.startsWith("watchdog/")), [
    "watchdog/test does not watch this node: /dev/watchdog is no device [HA5016]",
  ]);
});

Deno.test("a restarted plugin is armed again; one that was given up is loaded again", () => {
  const node = Node.armed();
  const fault = (givenUp: boolean) =>
    node.give({ type: "fault", at: node.at, instance: "watchdog", why: "died: killed", givenUp });
  fault(false);
  assert.deepEqual(node.shown(), shown("ready"));
  node.run(100);
  assert.deepEqual(node.answer(), ["arm"]);
  fault(true);
  assert.deepEqual(node.shown(), shown("failed"));
  node.run(reloadMs + 10);
  assert.equal(node.loads, 2);
  node.loaded(failed("its file is gone"));
  node.run(2 * reloadMs + 10);
  assert.equal(node.loads, 3);
});

Deno.test("a pet that fails is told, and it is armed with the next heartbeat", () => {
  const node = Node.armed();
  node.run(100);
  node.answer(failed("its guard does not read"));
  assert.match(node.log.at(-1)!, /its guard does not read/);
  node.run(100);
  assert.deepEqual(node.answer(), ["arm"]);
});
