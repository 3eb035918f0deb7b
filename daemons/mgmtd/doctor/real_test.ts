/**
 * `ha doctor` on a real node: what it says of a healthy one, of two faults, and of a stopped one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ha } from "../commands/testing/ha_child.ts";
import { realCluster, until } from "../commands/testing/real_cluster.ts";
import { permissions } from "../commands/testing/site.ts";

/** What is so in every cluster of this test. The machine has another name than its nodes. */
const always = ["fence-tested", "name", "redundancy", "watchdog"];
/** Of the machine that runs the test nothing is known; on a busy one a daemon may be restarted. */
const ofMachine = ["clock", "daemons", "disk", "kernel", "limits", "log"];

interface Said {
  readonly found: readonly { readonly check: string; readonly code: string }[];
  readonly unchecked: readonly { readonly check: string }[];
}

Deno.test("a healthy node has known warnings only, and of two faults doctor names these two", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async () => {
  await using cluster = await realCluster("doctor", ["alice", "bob", "carol"]);
  const { nodes, folder, run } = cluster;
  const file = `${folder}/alice/node.json`;
  const doctor = async () => {
    const called = await ha(folder, ["doctor", "--json", "--config", file]);
    assert.equal(called.err, "");
    const said: Said = JSON.parse(called.out);
    const speakers = new Set(said.found.map(({ check }) => check));
    const unchecked = new Set(said.unchecked.map(({ check }) => check));
    const of = (names: ReadonlySet<string>) =>
      [...names].filter((name) => ![...ofMachine, ...always].includes(name)).sort();
    return { ...called, speakers, beyond: of(speakers), unchecked: of(unchecked) };
  };
  await until(
    () => ha(folder, ["status", "--json", "--run", run("alice")]),
    ({ code, out }) => code === 0 && /"Started"/.test(out) && !/"pending"/.test(out),
  );
  const healthy = await until(doctor, ({ beyond }) => beyond.length === 0);
  // Without systemd there is no unit to ask for, and this node is not the unit's.
  assert.deepEqual(healthy.unchecked, ["service"]);
  assert.equal(healthy.code, 1);
  for (const check of always) assert.ok(healthy.speakers.has(check), healthy.out);

  const banned = await ha(folder, [
    ...["resource", "ban", "web", "carol", "--keep", "--yes", "--run", run("alice")],
  ]);
  assert.equal(banned.code, 0, banned.err);
  await Deno.chmod(`${folder}/alice/state`, 0o757);
  const broken = await until(doctor, ({ beyond }) => beyond.length === 2);
  assert.deepEqual(broken.beyond, ["files", "moves"]);
  assert.equal(broken.code, 2);
  const text = await ha(folder, ["doctor", "--config", file, "--check", "files"]);
  assert.match(
    text.out,
    /^error \(files\): .*\/alice\/state: everyone may write it: .* \[HA1005\]\. Fix: chmod o-w .*\n1 of 1 checks: 1 error, 0 warnings, 0 notes\n$/,
  );
  await Deno.chmod(`${folder}/alice/state`, 0o700);

  await nodes.kill("alice");
  const stopped = await doctor();
  assert.ok(stopped.beyond.includes("running"), stopped.out);
  // What the CIB on its disk says is known, and what only a running node says is not.
  assert.ok(stopped.beyond.includes("moves"), stopped.out);
  for (const check of ["quorum", "members", "links", "fence-coverage"]) {
    assert.ok(stopped.unchecked.includes(check), stopped.out);
  }
});
