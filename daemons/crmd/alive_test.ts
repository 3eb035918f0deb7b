/**
 * What is confirmed of a node that is a member all the same.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Bench, standing } from "./testing_bench.ts";

const member = standing.member + ` incarnation="1"`;

/** The coordinator of three members. */
function coordinator(): Bench {
  const bench = new Bench({ a: member, b: member, m: member });
  bench.view(5, "a", "b", "m");
  for (const node of ["b", "m"]) bench.join(node, { view: 5 });
  bench.write();
  assert.equal(bench.take("pengine/schedule").length, 1);
  return bench;
}

Deno.test("a member is not dead because another one says so, now or when it is lost later", () => {
  const bench = coordinator();
  const part = JSON.stringify({ type: "fenced", view: 5, node: "b", incarnation: "1" });
  bench.say("crmd", { type: "peer", body: { at: 0, of: 1, part } }, "m");
  bench.write();
  assert.equal(bench.state("b").expected, "member");
  bench.view(6, "a", "m");
  bench.join("m", { view: 6 });
  bench.write();
  assert.equal(bench.state("b").in_ccm, "false");
  assert.equal(bench.state("b").expected, "member", "it has to be fenced");
});

/** The coordinator's engine has asked for a fencing of `b`, and a device has confirmed it. */
function confirmed(): Bench {
  const bench = coordinator();
  const { coordination } = bench.machine.state;
  assert.ok(coordination);
  coordination.policy = { type: "running", transitionId: 1 };
  bench.say("tengine", { type: "crmd/fenced", key: "k", node: "b", incarnation: "1" });
  bench.write();
  assert.equal(bench.state("b").expected, "member", "it is still a member");
  assert.deepEqual(bench.take("crmd/performed"), []);
  return bench;
}

Deno.test("a member that a device has ended is down once it has left the view", () => {
  const bench = confirmed();
  bench.view(6, "a", "m");
  bench.join("m", { view: 6 });
  bench.write();
  assert.equal(bench.state("b").expected, "down");
  assert.deepEqual(bench.take("crmd/performed"), [{ type: "crmd/performed", key: "k", ok: true }]);
});

Deno.test("a member that a device has not ended, though it says so, is not down ever after", () => {
  for (const end of ["view", "done"]) {
    const bench = confirmed();
    if (end === "view") bench.view(6, "a", "b", "m");
    else {
      const why = "it was never answered";
      bench.say("tengine", { type: "tengine/done", transitionId: 1, complete: false, why });
    }
    const [answer] = bench.take("crmd/performed");
    assert.equal(answer?.type === "crmd/performed" && answer.ok, false, end);
    assert.match(bench.log.join("\n"), /b was confirmed as fenced, and is a member.*HA8007.*Fix: /);
    bench.view(7, "a", "m");
    bench.join("m", { view: 7 });
    bench.write();
    assert.equal(bench.state("b").expected, "member", `${end}: it has to be fenced`);
  }
});
