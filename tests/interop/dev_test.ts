/**
 * `ha plugin dev` at full length: a new plugin of each kind has its place on a node or is told that
 * there is none; edits, broken ones too; and however it ends, nothing is left.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type DevSession,
  devSession,
  type Round,
} from "../../daemons/mgmtd/commands/testing/dev_session.ts";
import { allKinds } from "../../daemons/mgmtd/commands/testing/new_kinds.ts";
import { permissions, site } from "../../daemons/mgmtd/commands/testing/site.ts";

/** Which process of a node has a new plugin of each kind. */
const places: Readonly<Record<string, string>> = {
  medium: "heartbeat",
  ra: "lrmd",
  stonith: "stonithd",
};

async function made(words: string) {
  const it = await site();
  const { code, out } = await it.ha(`plugin new ${words}`);
  assert.equal(code, 0, out);
  return it;
}

function isInUse(round: Round, dev: DevSession): void {
  assert.equal(round.ok, true, `${JSON.stringify(round)}\n${dev.said()}`);
}

Deno.test("a new plugin of each kind is used by a node, or loaded by itself with the reason", {
  permissions,
}, async (test) => {
  await using it = await site();
  for (const { words, loads } of allKinds) {
    assert.equal((await it.ha(`plugin new ${words}`)).code, 0);
    await test.step(loads, async () => {
      await using dev = devSession(it, loads, "--once");
      const round = await dev.round();
      isInUse(round, dev);
      const place = places[loads.split("/")[0] ?? ""] ?? "loader";
      assert.deepEqual([round.id, round.place, round.isolation], [loads, place, "process"]);
      if (place === "loader") {
        assert.match(dev.said(), /No node uses it here: .*It is loaded alone/);
      }
      assert.equal(await dev.ended(), 0);
      assert.deepEqual(await dev.left(), []);
    });
  }
});

Deno.test("parameters are checked by the plugin's own fields, all at once, and then used", {
  permissions,
}, async () => {
  await using it = await made("stonith mine");
  const refused = devSession(it, "stonith/mine", "--once", "hostlst=a", "cluster=a/b", "hostlist=");
  const { problems = [] } = await refused.round();
  assert.deepEqual(problems.length, 3, JSON.stringify(problems));
  assert.equal(await refused.ended(), 78);
  assert.match(refused.said(), /hostlst: .*Did you mean "hostlist"/);
  const words = devSession(it, "stonith/mine", "--once", "a", "b=1", "b=2");
  await words.until(/a: it has no =[^]*b: it is given twice/);
  assert.equal(await words.ended(), 64);
  const dev = devSession(it, "stonith/mine", "--once", "hostlist=one two");
  const round = await dev.round();
  isInUse(round, dev);
  assert.equal(round.lines?.[0], "list: one, two");
  assert.match(round.lines?.[1] ?? "", /^status: it could fence now: /);
  assert.equal(await dev.ended(), 0);
  assert.deepEqual(await dev.left(), []);
});

Deno.test(
  "an agent's service goes on while its class is edited, broken and fixed, and ends with it",
  {
    permissions,
  },
  async () => {
    await using it = await made("ra mine");
    await using dev = devSession(it, "ra/mine");
    const first = await dev.round();
    isInUse(first, dev);
    assert.match(
      first.lines?.join("\n") ?? "",
      /not running \(7\)[^]*start: ok[^]*monitor, every 10 s: ok/,
    );
    const service = async () =>
      (await dev.now()).filter((line) => line.includes("/run.ts service "));
    const begun = await service();
    assert.equal(begun.length, 1, (await dev.now()).join("\n"));

    const edit = (from: string, to: string) =>
      it.edit("ra/mine/mod.ts", (text) => text.replace(from, to));
    const whole = "agentClass(agents, { program, ...config })";
    const listsNobody = `({ ...${whole}, list: () => [{ provider: "pils", type: "Nobody" }] })`;
    await edit(whole, listsNobody);
    const broken = await dev.round();
    assert.equal(broken.conforms, false);
    assert.equal((await service()).length, 1, "the sandbox lives");
    await edit(
      listsNobody,
      `((one) => ({ ...one, run: async (asked) => {
        const result = await one.run(asked);
        return result.rc === 7 ? { ...result, output: "nobody is there" } : result;
      } }))(${whole})`,
    );
    const fixed = await dev.round();
    isInUse(fixed, dev);
    assert.equal(fixed.started, "lrmd");
    // The next lrmd knows what the one before it had done, and does nothing of it again.
    assert.deepEqual(await service(), begun, "the service went on");
    // It is what was edited that runs now.
    await new Deno.Command("/bin/sh", {
      args: [
        "-c",
        'kill -s KILL $(grep -lz "HA_SERVICE=dev-.*/mine" /proc/[0-9]*/environ | cut -d/ -f3)',
      ],
      stdin: "null",
      stderr: "null",
    }).output();
    await dev.until(/mine monitor, every 10 s: not running \(7\) .*nobody is there/);
    await dev.until(/mine start: ok/);
    assert.equal(await dev.end("SIGINT", "command"), 130);
    assert.deepEqual(await dev.left(), [], "the service neither");
  },
);

Deno.test("a link is edited: the node starts anew, with what was broken it keeps what it has", {
  permissions,
}, async () => {
  await using it = await made("medium mine");
  await using dev = devSession(it, "medium/mine");
  isInUse(await dev.round(), dev);
  const manifest = (from: string, to: string) =>
    it.edit("medium/mine/manifest.ts", (text) => text.replace(from, to));
  await manifest(`kind: "medium"`, `kind: "madium"`);
  assert.equal((await dev.round()).loaded, false);
  await manifest(`kind: "madium"`, `kind: "medium"`);
  const fixed = await dev.round();
  isInUse(fixed, dev);
  assert.deepEqual([fixed.started, fixed.lines?.[0]?.slice(0, 14)], [
    "the node",
    "link mine1: up",
  ]);
  assert.equal(await dev.end("SIGHUP", "command"), 129);
  assert.deepEqual(await dev.left(), []);
});

Deno.test("what loads in a test and not on a node is told with its reason, and the node lives", {
  permissions,
}, async () => {
  await using it = await made("stonith mine");
  await using dev = devSession(it, "stonith/mine");
  isInUse(await dev.round(), dev);
  const mod = (from: string, to: string) =>
    it.edit("stonith/mine/mod.ts", (text) => text.replace(from, to));
  // The sandbox' cluster has another name than the test's.
  await mod("({ cluster, hostlist }", `({ cluster, hostlist }, host`);
  const text = await Deno.readTextFile(`${it.here}/stonith/mine/mod.ts`);
  assert.match(text, /hostlist \}, host/);
  isInUse(await dev.round(), dev);
  await mod(
    "=> {",
    `=> {\n  if (cluster.startsWith("dev")) throw new Error("no device here");\n  host.log("notice", "opened");`,
  );
  const failed = await dev.round();
  assert.deepEqual([failed.conforms, failed.ok, failed.loaded], [true, false, false]);
  assert.match(failed.lines?.join() ?? "", /stonithd cannot load it: .*no device here/);
  await mod(`throw new Error("no device here")`, `host.log("notice", "hello")`);
  isInUse(await dev.round(), dev);
  await dev.until(/stonith\/mine notice: hello\n.*stonith\/mine notice: opened/);
});

Deno.test(
  "more reloads than the recovery manager would bear, and someone who never stops writing",
  {
    permissions,
  },
  async () => {
    await using it = await made("stonith mine");
    await using dev = devSession(it, "stonith/mine");
    isInUse(await dev.round(), dev);
    const started: (string | undefined)[] = [];
    for (let turn = 1; turn <= 6; turn++) {
      await it.edit("stonith/mine/manifest.ts", (text) => text.replace(/1\.0\.\d/, `1.0.${turn}`));
      const round = await dev.round();
      isInUse(round, dev);
      started.push(round.started);
    }
    assert.deepEqual(started.slice(0, 4), Array(4).fill("stonithd"));
    assert(started.includes("the node") || !dev.said().includes("given up"));
    const from = performance.now();
    let writes = true;
    const writing = (async () => {
      while (writes) {
        await it.edit("stonith/mine/mod.ts", (text) => `${text}\n`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const count = dev.said().split("changed, once more").length;
    while (dev.said().split("changed, once more").length === count) {
      assert(performance.now() - from < 10_000, "never heard");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    writes = false;
    await writing;
    await dev.round();
  },
);

Deno.test("two sandboxes of one plugin do not meet", { permissions }, async () => {
  await using it = await made("stonith mine");
  await using dev = devSession(it, "stonith/mine");
  isInUse(await dev.round(), dev);
  const second = devSession(it, "stonith/mine", "--once");
  assert.match((await second.round()).problems?.[0]?.what ?? "", /the folder exists already/);
  assert.equal(await second.ended(), 78);
  await it.edit("stonith/mine/manifest.ts", (text) => text.replace("1.0.0", "1.0.1"));
  isInUse(await dev.round(), dev);
});

Deno.test("whatever is killed, and whenever, nothing is left", { permissions }, async (test) => {
  await using it = await made("stonith mine");
  const table = [
    ["SIGKILL", "command", /in use/],
    ["SIGKILL", "ha", /in use/],
    ["SIGTERM", "ha", /Starting a cluster/],
    ["SIGINT", "command", /running \d+ tests/],
    ["SIGKILL", "command", /Starting a cluster/],
  ] as const;
  for (let ms = 400; ms <= 2_400; ms += 200) {
    await test.step(`SIGKILL to the command ${ms} ms after its start`, async () => {
      const dev = devSession(it, "stonith/mine");
      await new Promise((resolve) => setTimeout(resolve, ms));
      await dev.end("SIGKILL", "command");
      assert.deepEqual(await dev.left(), []);
    });
  }
  for (const [signal, whom, when] of table) {
    await test.step(`${signal} to ${whom} at ${when}`, async () => {
      const dev = devSession(it, "stonith/mine");
      await dev.until(when);
      await dev.end(signal, whom);
      assert.deepEqual(await dev.left(), []);
    });
  }
});

Deno.test(
  "an agent's service, which outlives its plugin, does not outlive a sandbox that is killed",
  {
    permissions,
  },
  async () => {
    await using it = await made("ra mine");
    const dev = devSession(it, "ra/mine");
    await dev.until(/in use/);
    assert((await dev.now()).some((line) => line.includes("/run.ts service ")));
    await dev.end("SIGKILL", "command");
    assert.deepEqual(await dev.left(), []);
  },
);
