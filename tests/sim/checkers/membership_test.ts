import assert from "node:assert/strict";
import { World } from "../world.ts";
import { MembershipChecker } from "./membership.ts";

/** What MEM5 says of a view of `a` and `b`, `b` having been off until so long before their link is cut. */
function afterMs(togetherMs: number): readonly string[] {
  const found: string[] = [];
  const world = new World({
    seed: 1,
    nodes: ["a", "b"],
    plans: () => [],
    checkers: (world, fail) => [
      new MembershipChecker(
        world,
        (invariant, text) => {
          found.push(invariant);
          fail(invariant, text);
        },
        { maxMs: 20_000 },
      ),
    ],
  });
  world.powerOnAll();
  world.runMs(2_000);
  world.node("b").powerOff("by the test");
  world.runMs(30_000);
  world.observe({ type: "fault", text: "somewhere else" });
  if (togetherMs > 0) {
    world.node("b").powerOn();
    world.runMs(togetherMs);
  }
  world.network.cut("a", "b");
  world.network.cut("b", "a");
  world.observe({ type: "fault", text: "cuts their link" });
  world.node("b").powerOn();
  world.runMs(600);
  const view = {
    epoch: 1,
    quorate: false,
    members: ["a", "b"].map((node) => ({ node, incarnation: 1, bornOn: 1 })),
    electorate: ["a", "b"],
  };
  const message = { type: "ccm/view", view } as const;
  world.observe({ type: "sent", node: "a", service: "ccm", to: { service: "crmd" }, message });
  return found;
}

Deno.test("MEM5: nodes that were together for a moment were not apart", () => {
  assert.deepEqual(afterMs(0), ["MEM5", "MEM5"], "in both directions");
  assert.deepEqual(afterMs(100), []);
});
