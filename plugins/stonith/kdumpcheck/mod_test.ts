import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import { noSshd, sh, startSshd, stopSshd } from "../../handler/stonith/testing_sshd.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/kdumpcheck${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const not = await noSshd();
const host = "127.0.0.1";
const config = {
  hostlist: [host],
  port,
  user: "root",
  identityfile: `${folder}/key`,
  knownhosts: `${folder}/known`,
  checkcommand: `if test -e ${folder}/vmcore; then echo kdump; else echo running; fi`,
  waitS: 3,
};

if (not === undefined) {
  Deno.test.beforeAll(() => startSshd(folder, port));
  Deno.test.afterAll(async () => void await stopSshd(folder));
}

/** A played crash: the memory of the crashed kernel is there. */
const crash = async (isOne: boolean) =>
  void await sh(isOne ? 'echo >"$1/vmcore"' : 'rm -f "$1/vmcore"', folder);

const skipped = Object.fromEntries(
  clauses.filter(({ id }) => ["STONITH3", "STONITH4", "STONITH7"].includes(id))
    .map(({ id }) => [id, "it ends no node: below it looks at one that has crashed"]),
);
conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host,
    revive: () => crash(false),
    alive: async () => await sh('[ -e "$1/vmcore" ] || echo y', folder) === "y",
    misdirected: [
      {}, // it runs its usual kernel
      { port: port + 1 },
      { identityfile: `${folder}/stranger` },
      { knownhosts: `${folder}/unknown` },
      { checkcommand: "echo yes" },
    ],
  },
  levels: ["process"],
  skip: not === undefined ? skipped : Object.fromEntries(clauses.map(({ id }) => [id, not])),
});

reaches({
  manifest,
  config: () => config,
  may: () => ["run /usr/bin/ssh"],
  mayNot: () => [`connect 127.0.0.1 ${port}`, `connect 127.0.0.1 ${port + 1}`, "run /bin/sh"],
  not,
});

Deno.test({
  name: "stonith/kdumpcheck confirms a crashed node, and no silent one",
  ignore: not !== undefined,
  async fn() {
    await crash(true);
    await using device = await loaded(manifest, config);
    for (const action of ["off", "reboot"] as const) {
      const { ok, detail } = await device.api.fence(action, host, 10_000);
      assert.ok(ok, detail);
      assert.match(detail, /has crashed: its crash kernel runs/);
    }
    assert.equal((await device.api.fence("on", host, 1_000)).ok, false);
    assert.match((await device.api.status()).detail, /127\.0\.0\.1: kdump/);
    await using silent = await loaded(manifest, { ...config, port: port + 1, waitS: 1 });
    const begin = performance.now();
    const { ok, detail } = await silent.api.fence("off", host, 10_000);
    assert.equal(ok, false);
    assert.match(detail, /does not show that its crash kernel runs/);
    assert.ok(performance.now() - begin < 3_000);
  },
});
