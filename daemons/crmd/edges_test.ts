/**
 * What the cluster resource manager does with orders that say odd things, with answers to questions
 * of another life, and before it has a CIB.
 *
 * @module
 */
import assert from "node:assert/strict";
import { digestOf } from "../cib/doors/document.ts";
import { elementAt } from "../cib/doors/path.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";
import { poisonsMax } from "./configurations.ts";
import { crmd } from "./core.ts";
import { defaultTimeoutMs } from "./perform.ts";
import { retryMs } from "./state.ts";
import {
  answerWith,
  Bench,
  changed,
  coordinator,
  huge,
  nothingToDo,
  result,
  standing,
} from "./testing_bench.ts";

const scenario = scenarios("crmd_edges");
const member = standing.member + ` incarnation="1"`;

/** A member of b's view that has been taken in. */
function taken(): Bench {
  const bench = new Bench({ a: member });
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  return bench;
}

const perform = (task: string, attributes: Readonly<Record<string, string>>): Message => ({
  type: "crmd/perform",
  view: 5,
  key: "1:1:0:uuid",
  action: {
    id: 1,
    kind: "rsc_op",
    task,
    operationKey: `web_${task}_0`,
    onNode: "a",
    onNodeUuid: "a",
    resource: { id: "web", class: "ocf", provider: "pils", type: "Dummy" },
    attributes,
    canFail: false,
  },
});

scenario("an order has the agent's provider, and times that are none have their defaults", () => {
  const bench = taken();
  const order = (attributes: Readonly<Record<string, string>>) => {
    bench.say("tengine", perform("monitor", attributes), "b");
    const [asked] = bench.take("lrm/execute");
    assert.ok(asked);
    const { agent, intervalMs, timeoutMs, startDelayMs } = asked.operation;
    assert.deepEqual(agent, { class: "ocf", provider: "pils", type: "Dummy" });
    return [intervalMs, timeoutMs, startDelayMs];
  };
  const said = (value: string) => ({
    CRM_meta_interval: value,
    CRM_meta_timeout: value,
    CRM_meta_start_delay: value,
  });
  assert.deepEqual(order({}), [0, defaultTimeoutMs, 0]);
  assert.deepEqual(order(said("7")), [7, 7, 7]);
  assert.deepEqual(order(said("0")), [0, 0, 0]);
  for (const odd of ["-1", "x", "Infinity"]) {
    assert.deepEqual(order(said(odd)), [0, defaultTimeoutMs, 0], odd);
  }
});

scenario("without a CIB nothing is written, whatever is forgotten or cancelled", () => {
  const machine = recorded(crmd());
  const step = (event: Parameters<typeof machine.step>[1]) => machine.step(machine.state, event);
  const say = (service: string, message: Message, node = "a") =>
    step({ type: "message", at: 0, from: { node, service }, message });
  const sent = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => effect.type === "send" ? [effect.message] : []);
  const answerQuery = (effects: readonly Effect[]) => {
    const asked = sent(effects).find(({ type }) => type === "lrm/query");
    assert.ok(asked?.type === "lrm/query");
    say("lrmd", { type: "lrm/state", id: asked.id, results: [] });
  };
  answerQuery(step({ type: "start", at: 0, wallMs: 0, seed: 1, node: "a", saved: new Map() }));
  const members = ["b", "a"].map((node) => ({ node, incarnation: 1, bornOn: 1 }));
  answerQuery(say("ccm", {
    type: "ccm/view",
    view: { epoch: 5, members, quorate: true, electorate: ["a", "b"] },
  }));
  const part = JSON.stringify({ type: "joined", view: 5, number: machine.state.joins });
  say("crmd", { type: "peer", body: { at: 0, of: 1, part } }, "b");
  const [forget] = sent(say("tengine", perform("delete", {}), "b"));
  assert.ok(forget?.type === "lrm/forget");
  assert.deepEqual(say("lrmd", { type: "lrm/forgotten", id: forget.id }), []);
  const [cancel] = sent(say("tengine", perform("cancel", {}), "b"));
  assert.ok(cancel?.type === "lrm/cancel");
  assert.deepEqual(say("lrmd", { type: "lrm/cancelled", id: cancel.id, found: true }), []);
});

scenario("an error after a graph that did nothing is retried after the shortest pause", () => {
  const bench = coordinator();
  answerWith(bench, { graph: nothingToDo });
  changed(bench, { op: "modify", path: "/cib/status", set: { x: "1" } });
  answerWith(bench, { error: "too much" });
  assert.equal(bench.timers.get("retry"), retryMs);
});

scenario("a configuration that was decided after all is forgiven everything", () => {
  const bench = coordinator();
  answerWith(bench, { graph: nothingToDo });
  changed(bench, huge("more"));
  answerWith(bench, { error: "too much" });
  const [, newest] = bench.machine.state.configurations;
  assert.equal(newest?.failed, "too much");
  // The good one is in office; a new trial comes with the next change.
  answerWith(bench, { graph: nothingToDo });
  const again = bench.machine.state.configurations;
  again[1]!.failed = undefined;
  again[1]!.deaths = 1;
  changed(bench, { op: "modify", path: "/cib/status", set: { x: "1" } });
  answerWith(bench, { graph: nothingToDo });
  assert.deepEqual([again[1]?.good, again[1]?.deaths, again[1]?.failed, again[1]?.poison], [
    true,
    0,
    undefined,
    false,
  ]);
});

scenario("of configurations that hang the engine the last are remembered, up to the bound", () => {
  const bench = taken();
  const poison = (digest: string) => {
    const part = JSON.stringify({ type: "poison", view: 5, digest, why: `${digest} hung` });
    bench.say("crmd", { type: "peer", body: { at: 0, of: 1, part } }, "b");
  };
  const element = elementAt(bench.cib, "/cib/configuration");
  assert.ok(element);
  const own = digestOf(element);
  const digests = Array.from({ length: poisonsMax }, (_, at) => at.toString(16).padStart(32, "0"));
  for (const digest of [...digests, digests[0]!, own]) poison(digest);
  const { poisons, configurations } = bench.machine.state;
  assert.equal(poisons.size, poisonsMax);
  assert.deepEqual([poisons.has(digests[0]!), poisons.has(digests[1]!)], [true, false]);
  assert.deepEqual(
    [configurations.at(-1)?.failed, configurations.at(-1)?.poison],
    [`${own} hung`, true],
  );
});

scenario("a fencing that is heard of twice is written once, and not by a member", () => {
  for (const epoch of [5, 6]) {
    const bench = new Bench({ a: member, b: member, c: member });
    bench.view(epoch, ...epoch === 5 ? ["a", "b"] : ["b", "a"]);
    bench.join("b", { view: epoch });
    bench.write();
    const happened: Message = {
      type: "fence/happened",
      target: "c",
      action: "off",
      ok: true,
      delegate: "b",
      detail: "",
      tookMs: 1,
      incarnation: 1,
    };
    bench.say("stonithd", happened);
    bench.say("stonithd", happened);
    bench.say("stonithd", { ...happened, ok: false });
    bench.say("stonithd", { ...happened, target: "b", delegate: "b" });
    bench.say("stonithd", happened, "b");
    bench.write();
    assert.equal(bench.state("c").expected, epoch === 5 ? "down" : "member");
    assert.equal(bench.state("b").expected, "member");
  }
});

scenario("a stop that fails without quorum is said, whether by its code or by its status", () => {
  for (const [rc, status, told] of [[0, 0, false], [1, 0, true], [0, 2, true]] as const) {
    const bench = taken();
    bench.lrm = [result("web_start", 1)];
    bench.say("ccm", { type: "ccm/evicted" });
    const [order] = bench.take("lrm/execute");
    assert.ok(order);
    bench.say("lrmd", {
      type: "lrm/result",
      id: order.id,
      result: { ...result("web_stop", 2, rc), operation: order.operation, status },
    });
    const said = bench.log.some((line) =>
      line.includes('"web" cannot be stopped: no reason given')
    );
    assert.equal(said, told, `${rc} ${status}`);
    assert.equal(bench.machine.state.stops.size, 0);
  }
});
