import assert from "node:assert/strict";
import { World } from "../world.ts";
import { FencingChecker } from "./fencing.ts";

/** What FEN3 says of a second execution by `b`, after `a` asked at 0 s with a patience of 10 s. */
function second(
  askedS: number,
  answer?: { readonly atS: number; readonly type: "fence confirmed" | "fence failed" },
): number {
  const found: string[] = [];
  const world = new World({ seed: 1, nodes: ["a", "b", "c"], plans: () => [] });
  const checker = new FencingChecker(world, (invariant) => found.push(invariant), ["power"]);
  const ask = (node: string, atS: number) =>
    checker.observe({
      type: "fence asked",
      node,
      device: "power",
      target: "c",
      boot: 1,
      action: "off",
      patienceUs: 10_000_000,
    }, atS * 1_000_000);
  ask("a", 0);
  if (answer) {
    const { type, atS } = answer;
    checker.observe(
      { type, node: "a", device: "power", target: "c", boot: 1 },
      atS * 1_000_000,
    );
  }
  ask("b", askedS);
  assert.ok(found.every((invariant) => invariant === "FEN3"));
  return found.length;
}

Deno.test("a second execution has no reason while the first is waited for, or when it was confirmed", () => {
  assert.equal(second(9), 1);
  assert.equal(second(12, { atS: 3, type: "fence confirmed" }), 1);
});

Deno.test("it has one after the first has failed, or was silent for as long as its asker waits", () => {
  assert.equal(second(5, { atS: 3, type: "fence failed" }), 0);
  assert.equal(second(12), 0);
  assert.equal(second(12, { atS: 11, type: "fence confirmed" }), 0, "nobody heard of it");
});

/** What FEN6 says of `a`, which asks for the end of `c` a minute after quorate views with these members. */
function forNothing(...views: readonly (readonly string[])[]): number {
  const found: string[] = [];
  const world = new World({ seed: 1, nodes: ["a", "b", "c"], plans: () => [] });
  const checker = new FencingChecker(world, (invariant) => found.push(invariant), ["power"]);
  for (const [at, members] of views.entries()) {
    const view = {
      epoch: at + 1,
      quorate: true,
      members: members.map((node) => ({ node, incarnation: 7, bornOn: 1 })),
      electorate: ["a", "b", "c"],
    };
    checker.observe({
      type: "sent",
      node: "a",
      service: "ccm",
      to: { service: "crmd" },
      message: { type: "ccm/view", view },
    }, (40 + at) * 1_000_000);
  }
  checker.observe({
    type: "received",
    node: "a",
    service: "stonithd",
    from: { node: "a", service: "tengine" },
    message: { type: "fence/request", id: "1", target: "c", action: "off", timeoutMs: 10_000 },
  }, 100_000_000);
  return found.filter((invariant) => invariant === "FEN6").length;
}

Deno.test("a member is not ended for nothing, but one that was lost is though it comes back", () => {
  assert.equal(forNothing(["a", "b", "c"]), 1);
  assert.equal(forNothing(["a", "b", "c"], ["a", "b"], ["a", "b", "c"]), 0);
});
