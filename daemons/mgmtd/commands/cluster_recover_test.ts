/**
 * A real cluster loses most of its nodes for ever, and goes on; a lost node comes back.
 *
 * @module
 */
import assert from "node:assert/strict";
import { onlineCluster } from "./testing/online_cluster.ts";
import { permissions } from "./testing/site.ts";
import { until } from "./testing/real_cluster.ts";

Deno.test("the last of three nodes goes on, and a lost one has to join again", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async (test) => {
  const it = await onlineCluster("recovers", ["alice", "bob", "carol"]);
  const { call, ok, status, cluster } = it;
  try {
    await test.step("refused while there is quorum", async () => {
      const { code, err } = await call("alice", "cluster recover");
      assert.equal(code, 107, err);
      assert.match(err, /nothing to recover: the nodes have quorum.*HA6012.*ha node forget/);
    });
    await test.step("it shows who is lost, and does nothing without the cluster's name", async () => {
      await it.cut("bob");
      await it.cut("carol");
      await until(() => status("alice"), ({ quorate }) => !quorate);
      const shown = await ok("alice", "cluster recover --dry-run");
      assert.match(shown, /here: alice \(1 of 3 nodes that count\)\n +lost: bob, carol\n/);
      assert.match(shown, /version \d+\.\d+\.\d+, written /);
      const wrong = await call("alice", "cluster recover --typed other");
      assert.equal(wrong.code, 77, wrong.err);
      assert.match((await call("alice", "cluster recover")).err, /no terminal.*--typed/);
      assert.equal((await status("alice")).quorate, false);
    });
    await test.step("it goes on alone, and its services run", async () => {
      const from = Date.now();
      const out = await ok("alice", `cluster recover --typed ${cluster}`);
      assert.match(out, /alice go on: .* has quorum again.*ha node forget bob/s);
      await until(
        () => status("alice"),
        ({ quorate, nodes }) => quorate && nodes.bob === "no member, does not count",
      );
      await it.runsOn("web", "alice");
      console.log(`    the service runs ${Date.now() - from} ms after the command`);
      await it.steer("alice", "option set batch-limit=7");
    });
    await test.step("a lost node that comes back is in no view with it, and cannot act", async () => {
      await ok("bob", "cluster start");
      await until(() => it.log("alice"), (log) => /bob is no member:.*HA6003/.test(log));
      assert.equal((await status("alice")).nodes.bob, "no member, does not count");
      assert.equal((await status("bob")).quorate, false);
      assert.match(await it.cib("alice"), /batch-limit/);
    });
    await test.step("the node that is left can be started again, alone", async () => {
      await it.cut("alice");
      await ok("alice", "cluster start");
      await until(() => status("alice"), ({ quorate }) => quorate);
      assert.match(await it.cib("alice"), /batch-limit/);
    });
    await test.step("it joins again, with nothing of what it had", async () => {
      await ok("bob", "cluster leave --forgotten --purge");
      await it.steer("alice", "node forget bob carol");
      await it.join("bob", "alice");
      await until(() => status("alice"), ({ nodes }) => nodes.bob === "member, counts");
      await until(() => it.cib("bob"), (cib) => /batch-limit/.test(cib));
    });
  } finally {
    await it.close();
  }
});
