import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { type Mood, underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { noSshd, sh, startSshd, stopSshd } from "../../handler/stonith/testing_sshd.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/ssh${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const not = await noSshd();

const direct = {
  hostlist: ["127.0.0.1"],
  port,
  identityfile: `${folder}/key`,
  knownhosts: `${folder}/known`,
  statuscommand: `${folder}/switch boot`,
  rebootcommand: `${folder}/switch reboot`,
};
const config = {
  ...direct,
  controller: "127.0.0.1",
  hostlist: ["bob", "carol"],
  statuscommand: `${folder}/switch status {node}`,
  offcommand: `${folder}/switch off {node}`,
  oncommand: `${folder}/switch on {node}`,
};

if (not === undefined) {
  Deno.test.beforeAll(async () => {
    await startSshd(folder, port);
    await set("good");
  });
  Deno.test.afterAll(async () => void await stopSshd(folder));
}

const set = async (mood: Mood) =>
  void await sh(
    `cd "$1" && echo $2 >mood && { [ $2 = good ] || exit 0; } && echo on >power.bob &&
     echo on >power.carol && cat /proc/sys/kernel/random/uuid >boot`,
    folder,
    mood,
  );
const alive = async () => await sh('cat "$1/power.bob"', folder) === "on";

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "bob",
    revive: () => set("good"),
    alive,
    misdirected: [
      { port: port + 1 },
      { identityfile: `${folder}/stranger` },
      { knownhosts: `${folder}/unknown` },
    ],
  },
  levels: ["process"],
  skip: not === undefined ? {} : Object.fromEntries(clauses.map(({ id }) => [id, not])),
});

underMoods({ manifest, config, host: "bob", set, alive, not, timeoutMs: 3_000 });

reaches({
  manifest,
  config: () => config,
  may: () => ["run /usr/bin/ssh"],
  mayNot: () => [
    `connect 127.0.0.1 ${port}`,
    `connect 127.0.0.1 ${port + 1}`,
    "run /bin/sh",
    "run /usr/bin/scp",
  ],
  not,
});

const boot = () => sh('cat "$1/boot"', folder);

Deno.test({
  name: "stonith/ssh without a controller: reboot is confirmed by another boot id, off is refused",
  ignore: not !== undefined,
  async fn() {
    await set("good");
    await using device = await loaded(manifest, direct);
    const before = await boot();
    assert.match((await device.api.status()).detail, RegExp(`127.0.0.1 has boot id ${before}`));
    const off = await device.api.fence("off", "127.0.0.1", 5_000);
    assert.equal(off.ok, false);
    assert.match(
      off.detail,
      /cannot confirm it \[HA\d{4}\]\. Fix: use reboot \(pcmk_off_action=reboot\)/,
    );
    assert.equal(await boot(), before, "it was not ordered");

    const { ok, detail } = await device.api.fence("reboot", "127.0.0.1", 5_000);
    assert.ok(ok, detail);
    assert.match(detail, RegExp(`its boot id is ${await boot()}, not ${before}`));
    assert.ok((await device.api.fence("on", "127.0.0.1", 5_000)).ok);
  },
});

for (const mood of ["lies", "hangs", "drops", "refuses"] as const) {
  Deno.test({
    name: `stonith/ssh without a controller, the node "${mood}": reboot is not confirmed, in time`,
    ignore: not !== undefined,
    async fn() {
      await set("good");
      await using device = await loaded(manifest, direct);
      await set(mood);
      const begin = performance.now();
      const { ok, detail } = await device.api.fence("reboot", "127.0.0.1", 2_000);
      assert.equal(ok, false, detail);
      assert.ok(performance.now() - begin < 2_300);
    },
  });
}

Deno.test({
  name: "stonith/ssh: a controller without commands is refused with the fix",
  ignore: not !== undefined,
  async fn() {
    const { offcommand: _, ...without } = config;
    await assert.rejects(loaded(manifest, without), /Fix: set "offcommand", "oncommand"/);
  },
});
