/**
 * From two machines to a cluster by commands alone: a node is made, a second one joins it with a token
 * over TLS, and both are members; each command has its own grant.
 *
 * @module
 */
import assert from "node:assert/strict";
import { freeUdpPorts } from "../../site/free_ports.ts";
import { guarded } from "../local_nodes/guarded.ts";
import { clusterNameOf } from "../local_nodes/local_cluster.ts";
import { type Called, ha } from "./testing/ha_child.ts";
import { until } from "./testing/real_cluster.ts";
import { permissions, project } from "./testing/site.ts";

Deno.test("two machines become a cluster, by init and join", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async (test) => {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const folder = `${project}/.test/joined`;
  const cluster = clusterNameOf("joined", folder);
  const guard = await guarded(project, { folder, cluster, nodes: ["alice", "bob"] });
  const [alices = 0, bobs = 0] = freeUdpPorts(2);
  const call = (node: string, line: string): Promise<Called> =>
    ha(folder, [...line.split(" "), "--config", `${node}/node.json`]);
  const places = (node: string) => `--state ${node}/state --run ${node}/run --log ${node}.log`;
  const ok = async (node: string, line: string): Promise<string> => {
    const { code, out, err } = await call(node, line);
    assert.equal(code, 0, `ha ${line}: ${out}${err}`);
    return out;
  };
  const init = `cluster init --node alice --name ${cluster} --address 127.0.0.1 --port ${alices} ` +
    `--peer 127.0.0.1:${bobs} ${places("alice")}`;
  const join = (token: string, name: string) =>
    `cluster join ${token} --node ${name} --address 127.0.0.1:${bobs} ${places("bob")}`;
  let token = "";
  try {
    await test.step("init makes a node that runs, and prints the line for the other", async () => {
      const out = await ok("alice", init);
      token = /ha cluster join (HA1-\S+)/.exec(out)?.[1] ?? "";
      assert.notEqual(token, "", out);
    });
    await test.step("a second init touches nothing", async () => {
      const before = await Deno.readTextFile(`${folder}/alice/authkeys`);
      const { code, err } = await call("alice", init);
      assert.equal(code, 108, err);
      assert.match(err, /this machine is a node already.*HA0040/s);
      assert.match(err, /it holds the state of a node/);
      assert.equal(await Deno.readTextFile(`${folder}/alice/authkeys`), before);
    });
    await test.step("a mistyped token, and a taken name, leave nothing", async () => {
      const typed = token.slice(0, 20) + (token[20] === "A" ? "B" : "A") + token.slice(21);
      const mistyped = await call("bob", join(typed, "bob"));
      assert.equal(mistyped.code, 64);
      assert.match(mistyped.err, /its checksum does not match.*HA0041/);
      const taken = await call("bob", join(token, "alice"));
      assert.equal(taken.code, 78, taken.err);
      assert.match(taken.err, /the cluster has a node alice.*HA0043/s);
      assert.deepEqual([...Deno.readDirSync(folder)].filter(({ name }) => name === "bob"), []);
    });
    await test.step("a machine joins with the token: both are members, and count", async () => {
      await ok("bob", join(token, "bob"));
      // That it is used is seen as soon as the machine has joined.
      const status = JSON.parse((await call("alice", "cluster status --json")).out);
      assert.equal(status.token.usedBy, "bob");
      assert.deepEqual(status.token.refused, { name: 1 });
      // The next one can be opened at once, though the process of the first still tells who calls.
      const again = await ok("alice", "cluster token --address 127.0.0.1");
      assert.match(again, /ha cluster join HA1-/);
      assert.match(await ok("alice", "cluster token --close"), /The token is closed/);
      for (const node of ["alice", "bob"]) {
        await until(
          () => call(node, "cluster status"),
          ({ out }) => /alice: member, counts\n.*bob: member, counts\n/.test(out),
        );
      }
      const { mode } = await Deno.stat(`${folder}/bob/authkeys`);
      assert.equal(mode! & 0o777, 0o600);
      assert.equal(
        await Deno.readTextFile(`${folder}/bob/authkeys`),
        await Deno.readTextFile(`${folder}/alice/authkeys`),
      );
    });
    await test.step("the token is used: nobody listens for it", async () => {
      await until(
        () => call("carol", join(token, "carol").replaceAll("bob/", "carol/")),
        ({ code, err }) => code === 69 && /HA0042/.test(err),
      );
    });
    await test.step("a token is opened, seen, refused a second time, and closed", async () => {
      const line = "cluster token --address 127.0.0.1";
      assert.match(await ok("bob", line), /ha cluster join HA1-/);
      assert.match((await call("bob", line)).err, /A token is open until.*HA0042/);
      assert.match(await ok("bob", "cluster status"), /Token: open/);
      assert.match(await ok("bob", "cluster token --close"), /The token is closed/);
      assert.match(await ok("bob", "cluster status"), /Token: none/);
    });
    await test.step("a node is stopped, and is not stopped twice", async () => {
      assert.match(await ok("bob", "cluster stop"), /bob is stopped/);
      assert.match(await ok("bob", "cluster stop"), /bob does not run/);
      assert.equal((await call("bob", "cluster status")).code, 102);
    });
    await test.step("a node that was stopped is started at once: it runs again", async () => {
      assert.match(await ok("bob", `cluster start --log bob.log`), /bob runs/);
      await until(
        () => call("bob", "cluster status"),
        ({ out }) => /bob: member, counts/.test(out),
      );
      await ok("bob", "cluster stop");
      assert.match(await ok("bob", `cluster start --log bob.log`), /bob runs/);
      await until(
        () => call("bob", "cluster status"),
        ({ out }) => /bob: member, counts/.test(out),
      );
    });
  } finally {
    await guard.close();
  }
});
