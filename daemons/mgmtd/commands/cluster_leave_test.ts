/**
 * Nodes leave a real cluster for good, each command under its own grant: refused where it would harm
 * those that stay, killed on the way, and done again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { onlineCluster } from "./testing/online_cluster.ts";
import { permissions } from "./testing/site.ts";
import { until } from "./testing/real_cluster.ts";

Deno.test("nodes leave for good: refused, killed on the way, done again", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async (test) => {
  const it = await onlineCluster("leaves", ["alice", "bob", "carol"]);
  const { call, ok, here, folder, status } = it;
  const journal = (node: string) => `${folder}/${node}/node.json.leaving`;
  try {
    await test.step("refused while another node is down: nothing is changed", async () => {
      await ok("carol", "cluster stop");
      await until(() => status("alice"), ({ nodes }) => nodes.carol === "no member, counts");
      const { code, err } = await call("bob", "cluster leave");
      assert.equal(code, 107, err);
      assert.match(err, /1 of 3 nodes that count would stay, which is no quorum.*HA0046/);
      assert.match(err, /carol does not run, and would not hear/);
      assert.deepEqual(await here("bob"), ["authkeys", "node.json", "run", "state"]);
      assert.doesNotMatch(await it.cib("alice"), /standby/);
      await ok("carol", "cluster start");
    });
    await test.step("a service that cannot move keeps the node, without --yes", async () => {
      await until(() => status("alice"), ({ nodes }) => nodes.carol === "member, counts");
      for (const node of ["alice", "carol"]) {
        await it.steer("alice", `resource ban web ${node}`);
      }
      await it.runsOn("web", "bob");
      const { code, err } = await call("bob", "cluster leave");
      assert.equal(code, 107, err);
      assert.match(err, /web would stop too.*HA0017/);
      assert.deepEqual(await here("bob"), ["authkeys", "node.json", "run", "state"]);
    });
    await test.step("too late, or interrupted: everything is as before", async () => {
      await it.steer("alice", "resource unmanage web"); // it stays where it is
      const late = await call("bob", "cluster leave --wait-for 2s");
      assert.equal(late.code, 124, late.err);
      assert.match(late.err, /Not everything was moved within 2 s: web still on bob.*HA0019/);
      const isBegun = async () => (await it.cib("alice")).includes('name="standby"');
      const code = await it.killed("bob", "cluster leave", isBegun, "INT");
      assert.notEqual(code, 0);
      assert.equal(await isBegun(), false);
      assert.deepEqual(await here("bob"), ["authkeys", "node.json", "run", "state"]);
      await it.steer("alice", "resource manage web");
      await it.steer("alice", "resource clear web");
    });
    await test.step("killed while services move, and the power is lost: it is a member again", async () => {
      await it.killed("bob", "cluster leave", async () => await it.isThere(journal("bob")));
      await it.cut("bob");
      await until(() => status("alice"), ({ nodes }) => nodes.bob === "no member, counts");
      const { code, err } = await call("bob", "cluster leave");
      assert.equal(code, 107, err);
      assert.match(err, /bob does not run, so the others cannot be asked.*HA0046/);
      await ok("bob", "cluster start");
      await until(() => status("alice"), ({ nodes }) => nodes.bob === "member, counts");
    });
    await test.step("run again, it goes on: services move, the others forget it", async () => {
      const out = await ok("bob", "cluster leave");
      assert.match(out, /bob has left the cluster/);
      await until(() => status("alice"), ({ nodes, quorate }) => !("bob" in nodes) && quorate);
      await until(() => status("carol"), ({ nodes }) => !("bob" in nodes));
      await until(() => it.cib("alice"), (cib) => !/uname="bob"/.test(cib));
      await it.runsOn("web", /alice|carol/);
      assert.deepEqual(await here("bob"), [
        "authkeys.left-1",
        "node.json.left-1",
        "run",
        "state.left-1",
      ]);
      assert.equal((await call("bob", "cluster start")).code, 65);
    });
    await test.step("a machine that has left may join again", async () => {
      await it.join("bob", "alice");
      await until(() => status("carol"), ({ nodes }) => nodes.bob === "member, counts");
    });
    await test.step("killed once the cluster knows: run again, it ends", async () => {
      const isAgreed = async () =>
        (await Deno.readTextFile(journal("bob")).catch(() => "")).includes('"agreed"');
      await it.killed("bob", "cluster leave", isAgreed);
      // What the command had begun may go on meanwhile.
      const { out } = await until(() => call("bob", "cluster leave"), ({ code }) => code === 0);
      assert.match(out, /node\.json\.left-2/);
      await until(() => status("alice"), ({ nodes }) => !("bob" in nodes));
      assert.match((await call("bob", "cluster leave")).err, /bob\/node\.json/);
    });
    await test.step("power lost once the cluster knows: it must be started, and leaves then", async () => {
      await it.join("bob", "alice");
      await until(() => status("carol"), ({ nodes }) => nodes.bob === "member, counts");
      const isAgreed = async () =>
        (await Deno.readTextFile(journal("bob")).catch(() => "")).includes('"agreed"');
      await it.killed("bob", "cluster leave", isAgreed);
      await it.cut("bob");
      const { code, err } = await call("bob", "cluster leave");
      // It may have stopped cleanly before the power was lost.
      if (code !== 0) {
        assert.match(err, /bob does not run, so the others cannot be asked.*--forgotten/);
        await until(() => status("alice"), ({ nodes }) => nodes.bob === "no member, counts");
        await ok("bob", "cluster start");
        await until(() => status("alice"), ({ nodes }) => nodes.bob === "member, counts");
        await ok("bob", "cluster leave");
      }
      await until(() => status("alice"), ({ nodes }) => !("bob" in nodes));
    });
    await test.step("what cannot be noted is not begun", async () => {
      // As on a full disk, nothing can be written there.
      await Deno.mkdir(`${journal("carol")}.new/taken`, { recursive: true });
      const { code, err } = await call("carol", "cluster leave");
      assert.notEqual(code, 0);
      assert.match(err, /node\.json\.leaving/);
      assert.doesNotMatch(await it.cib("alice"), /standby/);
      await Deno.remove(`${journal("carol")}.new`, { recursive: true });
    });
    await test.step("one of two leaves; the last one needs a yes", async () => {
      await ok("carol", "cluster leave --purge");
      assert.deepEqual(await here("carol"), ["run"]);
      await until(() => status("alice"), ({ nodes, quorate }) => !("carol" in nodes) && quorate);
      const { code, err } = await call("alice", "cluster leave");
      assert.equal(code, 107, err);
      assert.match(err, /the last node of .*: its services stop, and the cluster ends.*--yes/);
      await ok("alice", "cluster leave --yes");
      assert.ok((await here("alice")).includes("cib.xml.left-1"));
    });
  } finally {
    await it.close();
  }
});
