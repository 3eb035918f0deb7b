/**
 * Administrators change the configuration while nodes crash: nothing acknowledged is lost, nothing
 * refused leaves a trace, and undo of everything gives the beginning. Planted bugs are found.
 *
 *     deno task sim --administrators 900 --seeds 3
 *
 * @module
 */
import assert from "node:assert/strict";
import { administer } from "./administrators/run.ts";
import { forgotten } from "./administrators/calls.ts";
import { bugs } from "./administrators/bugs.ts";

Deno.test("administrators use every operation on the configuration", () => {
  assert.deepEqual(forgotten, []);
});

Deno.test("changes of three administrators under crashes: all or nothing, and undo of all", {
  permissions: "none",
}, () => {
  // In this history a node misses a change, and hears of it together with the next one.
  const { problems, counts } = administer({ seed: 3, changes: 60 });
  assert.deepEqual(problems, [], JSON.stringify(counts));
  // Without these the run shows nothing.
  for (const name of ["made", "overtaken", "crashes", "undone"]) {
    assert.ok((counts[name] ?? 0) > 0, `${name}: ${JSON.stringify(counts)}`);
  }
});

for (const [name, { bug, says, seed, changes }] of Object.entries(bugs)) {
  Deno.test(`the planted bug ${name} is found`, { permissions: "none" }, () => {
    const { problems, counts } = administer({ seed, changes, bug });
    assert.match(problems.join("\n"), says, JSON.stringify(counts));
  });
}
