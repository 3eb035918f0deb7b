/**
 * A real cluster is restarted node by node, the command under its own grant: whole, killed on the way,
 * with the power of a node lost, and stopped by a service that cannot move.
 *
 * @module
 */
import assert from "node:assert/strict";
import { onlineCluster } from "./testing/online_cluster.ts";
import { until } from "./testing/real_cluster.ts";
import { permissions } from "./testing/site.ts";

const line = "cluster restart --rolling";
const nodes = ["alice", "bob", "carol"] as const;

Deno.test("a cluster is restarted node by node", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async (test) => {
  const it = await onlineCluster("rolls", nodes);
  const { call, ok, status, steer } = it;
  const lives = async (by = "alice") => {
    const cib = await it.cib(by);
    return nodes.map((node) => {
      const state = new RegExp(`<node_state [^>]*uname="${node}"[^>]*>`).exec(cib)?.[0] ?? "";
      return /incarnation="(\d+)"/.exec(state)?.[1];
    });
  };
  const isClean = async (by = "alice") => !/ha-restart|name="standby"/.test(await it.cib(by));
  const allMembers = () =>
    until(
      () => status("alice"),
      ({ nodes: seen }) => nodes.every((node) => seen[node] === "member, counts"),
    );
  try {
    await test.step("all at once is refused", async () => {
      assert.equal((await call("alice", "cluster restart")).code, 64);
      assert.match(await ok("alice", `${line} --cancel`), /No rolling restart is under way/);
    });
    await test.step("each node gets a new life, and the service runs", async () => {
      const before = await lives();
      const out = await ok("alice", line);
      assert.match(out, /bob restarts[^]*bob is a member again[^]*alice is a member again/);
      assert.match(out, /Every node was restarted/);
      const after = await lives();
      assert.ok(after.every((life, at) => life !== undefined && life !== before[at]), `${after}`);
      assert.ok(await isClean());
      await it.runsOn("web", /\w+/);
    });
    await test.step("a node that is down: nothing is restarted", async () => {
      await ok("carol", "cluster stop");
      await until(() => status("alice"), ({ nodes }) => nodes.carol === "no member, counts");
      const { code, err } = await call("alice", line);
      assert.equal(code, 107, err);
      assert.match(err, /carol is no member; no node is restarted \[HA0048\]\. Fix: /);
      assert.ok(await isClean());
      await ok("carol", "cluster start");
      await allMembers();
    });
    await test.step("a service that cannot move stops it, and nothing is left in standby", async () => {
      for (const node of ["alice", "carol"]) await steer("alice", `resource ban web ${node}`);
      await it.runsOn("web", "bob");
      const before = await lives();
      const { code, err } = await call("alice", line);
      assert.equal(code, 107, err);
      assert.match(err, /web would stop too.*bob is not restarted.*HA0048/s);
      assert.doesNotMatch(await it.cib("alice"), /name="standby"/);
      assert.equal((await lives())[1], before[1]);
      assert.match(await ok("alice", `${line} --cancel`), /Not restarted: .*bob/);
      assert.ok(await isClean());
      await steer("alice", "resource clear web");
    });
    await test.step("killed, and the power of the node is lost: run elsewhere, it goes on", async () => {
      const before = await lives();
      const isAsked = async () => /name="ha-restarts"/.test(await it.cib("alice"));
      assert.notEqual(await it.killed("alice", line, isAsked), 0);
      await it.cut("bob");
      await until(() => status("alice"), ({ nodes }) => nodes.bob === "no member, counts");
      assert.equal((await call("bob", line)).code, 102);
      await ok("bob", "cluster start");
      const out = await ok("carol", line);
      assert.match(out, /Going on: .*bob/);
      const after = await lives();
      assert.ok(after.every((life, at) => life !== undefined && life !== before[at]), `${after}`);
      assert.ok(await isClean());
      await it.runsOn("web", /\w+/);
    });
  } finally {
    await it.close();
  }
});
