/**
 * `ha status` on real nodes: one that has lost the others, and one whose daemons hang.
 *
 * @module
 */
import assert from "node:assert/strict";
import { end } from "../../../metadata/marked.ts";
import { ha } from "../commands/testing/ha_child.ts";
import { realCluster, until } from "../commands/testing/real_cluster.ts";
import { permissions } from "../commands/testing/site.ts";
import type { ClusterState } from "./cluster_state.ts";
import type { NodeView } from "./node_view.ts";

type Shown = ClusterState & { readonly asked: NodeView; readonly current: boolean };

/** Sends a signal to one daemon of a node. `$1`: the node's folder. */
const signalDaemon = `
for id in $(grep -alF -- "$1" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do
  tr '\\0' ' ' 2>/dev/null </proc/$id/cmdline | grep -qF "daemons/$2/mod.ts" && kill -s "$3" $id
done
exit 0`;

Deno.test("a node that lost the others says so, and that it does not know what they run", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async () => {
  await using cluster = await realCluster("status_alone", ["alice", "bob", "carol"]);
  const { nodes, folder, run } = cluster;
  const status = async (node = "alice") => {
    const { code, out, err } = await ha(folder, ["status", "--json", "--run", run(node)]);
    const state: Partial<Shown> = out === "" ? {} : JSON.parse(out);
    return { code, err, state };
  };
  const runsOn = (state: Partial<Shown>) =>
    state.resources?.find(({ id }) => id === "web")?.runsOn ?? [];
  const formed = await until(
    status,
    ({ code, state }) =>
      code === 0 && runsOn(state).length === 1 &&
      state.nodes?.every(({ state }) => state === "online") === true,
  );
  assert.equal(formed.state.current, true);
  const text = await ha(folder, ["status", "--run", run("alice")]);
  assert.match(text.out, /^Cluster Summary:\n.*Current DC: \w+ - partition with quorum\n/);
  assert.match(text.out, /Online: \[ alice bob carol \]/);
  assert.match(text.out, /Daemons: all answer/);

  const send = async (node: string, daemon: string, signal: string) => {
    const { success } = await new Deno.Command("/bin/sh", {
      args: ["-c", signalDaemon, "sh", `${folder}/${node}/`, daemon, signal],
      stdin: "null",
    }).output();
    assert.ok(success);
  };
  // Its parent would end it and start another one.
  await send("alice", "recoverymgrd", "STOP");
  await send("alice", "lrmd", "STOP");
  const hung = await ha(folder, ["status", "--run", run("alice")]);
  await send("alice", "lrmd", "CONT");
  await send("alice", "recoverymgrd", "CONT");
  assert.equal(hung.code, 69, hung.out + hung.err);
  assert.match(hung.out, /^WARNING: lrmd does not answer: /);

  // It starts no daemon again and notices none that hangs: that has to be seen.
  await send("alice", "recoverymgrd", "STOP");
  const unwatched = await until(
    () => ha(folder, ["status", "--run", run("alice")]),
    ({ code, out }) => code === 69 && out.includes("recovery manager"),
  );
  await send("alice", "recoverymgrd", "CONT");
  assert.match(
    unwatched.out,
    /^WARNING: the recovery manager \(process \d+\) has said nothing of its daemons for \d+ s: .*Fix: /m,
  );

  const again = await until(status, ({ code, state }) => code === 0 && runsOn(state).length === 1);

  // The service dies, is started again, and its failure stays listed until it is cleaned up.
  const [host = ""] = runsOn(again.state);
  await end(`HA_SERVICE=${cluster.cluster}/${host}/web`, "KILL", 5_000);
  const recovered = await until(
    status,
    ({ code, state }) =>
      code === 0 && state.failedActions?.length === 1 &&
      state.resources?.find(({ id }) => id === "web")?.state === "Started",
  );
  assert.equal(recovered.state.failedActions?.[0]?.resource, "web");
  const cleaned = await ha(folder, ["resource", "cleanup", "web", "--run", run("alice")]);
  assert.equal(cleaned.code, 0, cleaned.err);
  assert.match(cleaned.out, /lrm_resource\[@id='web'\] removed/);
  await until(
    status,
    ({ code, state }) =>
      code === 0 && state.failedActions?.length === 0 &&
      runsOn(state).length === 1,
  );

  await nodes.kill("bob");
  const { out } = await until(
    () => ha(folder, ["why", "bob", "--run", run("alice")]),
    ({ out }) => out.includes("It was fenced"),
  );
  assert.match(
    out,
    /^It was fenced \(\w+\) at \S+Z by (alice|carol), with device "\S+"(, after \d+ ms)?(, asked for by .*)?\.$/m,
  );
  await nodes.kill("carol");
  // What it wrote last stays where it is: it was "running".
  const dead = await until(
    () => ha(folder, ["status", "--run", run("bob")]),
    ({ err }) => err.includes("recovery manager"),
  );
  assert.equal(dead.code, 102);
  assert.match(dead.err, /^No node answers at .*: the recovery manager \(process \d+\) has said/);
  const alone = await until(
    status,
    ({ code, state }) =>
      code === 106 && runsOn(state).length <= 1 && !runsOn(state).includes("alice"),
  );
  const shown = Object.fromEntries(
    (alone.state.nodes ?? []).map(({ name, state }) => [name, state]),
  );
  assert.equal(shown.alice, "online");
  // bob was fenced while there was quorum; of carol nobody knows.
  assert.deepEqual([shown.bob, shown.carol], ["OFFLINE", "UNCLEAN (offline)"]);
  assert.equal(alone.state.quorate, false);
  assert.equal(alone.state.dc, undefined);
  assert.equal(alone.state.current, false);
  const warned = await ha(folder, ["status", "--run", run("alice")]);
  assert.match(warned.out, /^WARNING: alice has no quorum since \d+ s ago: it sees alice\./);
  assert.match(warned.out, /partition WITHOUT quorum/);
  assert.match(warned.out, /Not heard: bob \(dead\), carol \(dead\)/);
  assert.doesNotMatch(warned.out, /Online: \[ alice bob/);

  const simulated = await ha(folder, ["simulate", "-L", "-S", "--run-folder", run("alice")]);
  assert.equal(simulated.code, 0, simulated.err);
  assert.match(simulated.err, /^WARNING: alice has no quorum since \d+ s ago: it sees alice\./);
  assert.match(simulated.out, /Node carol: UNCLEAN \(offline\)/);
  assert.doesNotMatch(simulated.out, /Online: \[.*(bob|carol)/);

  await send("alice", "recoverymgrd", "STOP");
  await send("alice", "cluster", "STOP");
  const deaf = await ha(folder, ["status", "--run", run("alice")]);
  await send("alice", "cluster", "CONT");
  await send("alice", "recoverymgrd", "CONT");
  assert.equal(deaf.code, 69, deaf.out + deaf.err);
  assert.match(
    deaf.out,
    /WARNING: alice: membership does not answer, so quorum is not known \[HA0004\]\./,
  );
  assert.match(deaf.out, /Node asked: alice\n/);
});

Deno.test("a node that does not run is said not to answer", { permissions }, async () => {
  const { code, out, err } = await ha("/tmp", ["status", "--run", "nowhere"]);
  assert.deepEqual([code, out], [102, ""]);
  assert.match(err, /^No node answers at \/tmp\/nowhere\/cluster\.sock \[HA0003\]\.\nFix: /);
  // A file where the folder should be.
  const file = await ha("/tmp", ["status", "--run", "/etc/passwd"]);
  assert.deepEqual([file.code, file.out], [102, ""]);
});
