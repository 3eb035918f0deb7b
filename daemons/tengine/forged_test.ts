/**
 * Answers of a member that was not asked.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Bench, fence, graphOf, operation } from "./testing_bench.ts";

Deno.test("that a fencing is in the CIB, only the crmd of this node says", () => {
  const bench = new Bench();
  bench.run(graphOf(fence(1, "b"), operation(2, [1], "web_start", "a")));
  const request = bench.sent[0]?.message;
  assert.ok(request?.type === "fence/request");
  const [key = ""] = request.id.split(" ");
  bench.sent = [];
  bench.say("crmd", { type: "crmd/performed", key, ok: true }, "m");
  assert.deepEqual(bench.given(), []);
  bench.say("crmd", { type: "crmd/performed", key, ok: true });
  assert.deepEqual(bench.given(), ["web_start_0 crmd@a"]);
});

Deno.test("what came of an order, only the node says that was asked", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_stop", "b"), operation(2, [1], "web_start", "a")));
  const order = bench.sent[0]?.message;
  assert.ok(order?.type === "crmd/perform");
  const { key } = order;
  bench.sent = [];
  for (const ok of [true, false]) bench.say("crmd", { type: "crmd/performed", key, ok }, "m");
  assert.deepEqual(bench.given(), []);
  // The result of another node, under the key of this order.
  const xml = `<lrm_resource id="web"><lrm_rsc_op id="web_last_0" operation="stop" interval="0" ` +
    `rc-code="0" op-status="0" transition-key="${key}"/></lrm_resource>`;
  bench.change({
    op: "create",
    path: "/cib/status/node_state[@id='a']/lrm[@id='a']/lrm_resources",
    xml,
  });
  assert.ok(!bench.given().includes("web_start_0 crmd@a"));
});
