/** What a membership daemon says when there is little to say: no view, no heartbeat, a newcomer. */
import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { scenarios } from "../runtime/testing/transcript.ts";
import type { PeerMessage } from "./protocol.ts";
import { Bench, formed } from "./testing/small_cluster.ts";

const scenario = scenarios("ccm_edges");

const step = (bench: Bench, node: string, event: Partial<Event> & Pick<Event, "type">) => {
  const { machine } = bench.seats.get(node)!;
  return machine.step(machine.state, { at: bench.at, ...event } as Event);
};
const say = (bench: Bench, node: string, service: string, message: Message, from = node) =>
  step(bench, node, { type: "message", from: { node: from, service }, message });
const sent = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "send" ? [effect.message.type] : []);
const rowsIn = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => {
    if (effect.type !== "send" || effect.message.type !== "peer") return [];
    const body = effect.message.body as unknown as PeerMessage;
    return body.type === "rows" ? [[effect.to.node, body.rows.map(({ node }) => node)]] : [];
  });

scenario("who has no view leaves none, and says nothing of it", () => {
  const bench = new Bench("abc");
  bench.start("a");
  assert.ok(step(bench, "a", { type: "stop" }).some(({ type }) => type === "log"));
  const effects = step(bench, "a", { type: "stop" });
  assert.deepEqual(effects.filter(({ type }) => type === "log"), []);
  assert.ok(!sent(effects).includes("ccm/evicted"));
  assert.equal(effects.at(-1)?.type, "stopped");
  assert.deepEqual(sent(step(bench, "a", { type: "timer", name: "act" })), [], "nothing more");
});

scenario("a heartbeat that went is asked again and again, one that is there is not", () => {
  const bench = formed("ab");
  const asked = () =>
    sent(step(bench, "a", { type: "timer", name: "rows" })).includes("heartbeat/subscribe");
  assert.equal(asked(), false);
  step(bench, "a", { type: "peer", service: "heartbeat", up: false });
  assert.equal(asked(), true);
  assert.equal(asked(), true);
  assert.equal(bench.view("a"), undefined);
  bench.hear();
  assert.equal(asked(), false);
});

scenario("a newcomer receives all rows, this node's own first", () => {
  const bench = formed("abc");
  for (const node of "abc") {
    const [other = ""] = [..."abc"].filter((one) => one !== node);
    const row = bench.seats.get(other)!.machine.state.rows.get(other)!;
    const body = { type: "rows", rows: [row], ask: true };
    const [[to, rows] = []] = rowsIn(
      say(bench, node, "ccm", { type: "peer", body: body as never }, other),
    );
    assert.deepEqual([to, rows?.[0], rows?.length], [other, node, 3]);
  }
  // A node outside of the cluster receives nothing.
  const body = { type: "rows", rows: [], ask: true };
  assert.deepEqual(rowsIn(say(bench, "a", "ccm", { type: "peer", body: body as never }, "z")), []);
});

scenario("a view is as old as it is, from its first moment", () => {
  const bench = formed("ab");
  const since = () => {
    const [answer] = say(bench, "a", "client-1", { type: "status/query", id: "s" });
    assert.ok(answer?.type === "send" && answer.message.type === "status/answer");
    return ({ ...answer.message.status as object } as { sinceMs: number }).sinceMs;
  };
  assert.equal(since(), 0);
  bench.pass(7);
  assert.equal(since(), 7);
});

scenario("settled services count only if they are waited for", () => {
  const bench = formed("ab", { settledBy: ["cib"] });
  const { state } = bench.seats.get("a")!.machine;
  say(bench, "a", "crmd", { type: "ccm/settled", view: 1 });
  assert.equal(state.settled.size, 0);
  say(bench, "a", "cib", { type: "ccm/settled", view: 1 });
  assert.equal(state.settled.get("cib"), 1);
  step(bench, "a", { type: "peer", service: "cib", up: false });
  assert.equal(state.settled.size, 0);
});

scenario("a node that is heard of by another life of it is asked again", () => {
  const bench = formed("abc");
  const { state } = bench.seats.get("a")!.machine;
  const row = bench.seats.get("b")!.machine.state.rows.get("b")!;
  const told = (change: object, from = "b") =>
    say(bench, "a", "ccm", {
      type: "peer",
      body: { type: "rows", rows: [{ ...row, ...change }], ask: false } as never,
    }, from);
  assert.deepEqual(rowsIn(told({})), [], "nothing new");
  told({ serial: row.serial - 1 });
  assert.equal(state.rows.get("b")?.serial, row.serial, "an older one is late");
  told({ serial: row.serial + 5 }, "c");
  assert.equal(state.rows.get("b")?.serial, row.serial, "it speaks for itself");
  told({ serial: row.serial + 1, promised: row.promised + 1 });
  assert.equal(state.rows.get("b")?.serial, row.serial + 1);
  assert.ok(rowsIn(told({ incarnation: 9 })).length > 0);
  assert.equal(state.rows.get("b")?.incarnation, 9);
});
