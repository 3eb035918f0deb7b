import assert from "node:assert/strict";
import { end, look } from "../../../metadata/marked.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

/** A cluster name that no other run of this test has. */
const cluster = `test${Deno.pid}`;
const mark = `HA_NODE=${cluster}/bob`;

/** A node of two processes that ignore what can be ignored; the second is nobody's child. */
async function revive(): Promise<void> {
  if ((await look(mark)).length > 0) return;
  await new Deno.Command("/bin/sh", {
    args: ["-c", "trap '' TERM HUP INT; (sleep 60 & sleep 60) >/dev/null 2>&1 &"],
    clearEnv: true,
    env: { HA_NODE: `${cluster}/bob`, PATH: "/usr/bin:/bin" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
}

conform(clauses, {
  manifest,
  plugin,
  config: { cluster, hostlist: "alice bob" },
  given: {
    host: "bob",
    revive,
    misdirected: [{ cluster: `${cluster}x` }, { cluster: `${cluster}x`, hostlist: "bob" }],
    alive: async () => (await look(mark)).length > 0,
  },
});

const sh = { permissions: { run: ["/bin/sh"] } };
const inert = { emit() {}, log() {} };

Deno.test(
  "a node that was never seen alive is not confirmed dead by finding nothing",
  sh,
  async () => {
    const device = await plugin({ cluster, hostlist: "alice bob" }, inert);
    try {
      const { ok, detail } = await device.fence("off", "alice", 1_000);
      assert.equal(ok, false);
      assert.match(
        detail,
        /ever seen here.*proves nothing \[HA\d{4}\]\. Fix: check "cluster" and "hostlist"/,
      );
      assert.match((await device.status()).detail, /not to be confirmed dead: alice/);
    } finally {
      await device.close();
    }
  },
);

Deno.test(
  "a node that joined after the device was loaded, and died unasked, was seen",
  sh,
  async () => {
    await end(mark, "KILL", 5_000);
    const device = await plugin({ cluster, hostlist: "bob" }, inert);
    try {
      assert.equal((await device.fence("off", "bob", 1_000)).ok, false);
      await revive();
      while (!/every node has been seen/.test((await device.status()).detail));
      await end(mark, "KILL", 5_000);
      assert.deepEqual(await device.fence("off", "bob", 1_000), {
        ok: true,
        detail: "no process of bob is left",
      });
    } finally {
      await device.close();
    }
  },
);

Deno.test(
  "a device of another cluster than its own process says so, and fences nobody",
  sh,
  async () => {
    const options = import.meta.resolve("@pils/cluster/deno.json"); // as for a copy of this plugin
    const code = `
    import plugin from ${JSON.stringify(new URL("./mod.ts", import.meta.url).href)};
    const device = await plugin({ cluster: "opr", hostlist: "alice" }, { emit() {}, log() {} });
    const said = [await device.status(), await device.fence("off", "alice", 1000)];
    await device.close();
    console.log(JSON.stringify(said));`;
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: [
        "-c",
        'exec "$0" "$@"',
        Deno.execPath(),
        "run",
        "--no-prompt",
        "--quiet",
        "--no-check",
        `--config=${decodeURIComponent(new URL(options).pathname)}`,
        "--allow-run=/bin/sh",
        `data:text/javascript,${encodeURIComponent(code)}`,
      ],
      env: { HA_NODE: "oper/alice" },
      stderr: "inherit",
    }).output();
    const said = JSON.parse(new TextDecoder().decode(stdout));
    for (const { ok, detail } of said) {
      assert.equal(ok, false);
      assert.equal(
        detail,
        'this device is configured for the cluster "opr", but runs on "oper/alice" [HA8006]. ' +
          'Fix: set "cluster" to "oper"',
      );
    }
  },
);
