import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import { sh } from "../../handler/stonith/testing_sshd.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { noLibvirtd, startLibvirtd, stopLibvirtd, uriOf } from "./testing_libvirtd.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/lv${Deno.pid}`;
const not = await noLibvirtd();
const config = { uri: uriOf(folder), hostlist: ["alice:test"] };

if (not === undefined) {
  Deno.test.beforeAll(() => startLibvirtd(folder));
  Deno.test.afterAll(async () => void await stopLibvirtd(folder));
}

const virsh = (word: string) => sh('virsh -q -c "$1" $2 test 2>&1 || :', config.uri, word);
const alive = async () => await virsh("domstate") === "running";

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    revive: async () => void await virsh("start"),
    alive,
    misdirected: [
      { hostlist: ["alice"] }, // no such domain
      { uri: uriOf(`${folder}/nothing`) },
      { uri: uriOf(folder, "-ro") },
      { uri: "nothing:///system" },
    ],
  },
  levels: ["process"],
  skip: not === undefined ? {} : Object.fromEntries(clauses.map(({ id }) => [id, not])),
});

underMoods({
  manifest,
  config,
  host: "alice",
  // The daemon of others can hang, and cannot be made to lie.
  except: ["slow", "lies", "refuses", "drops", "other"],
  async set(mood) {
    await sh('kill -$2 $(cat "$1/pid")', folder, mood === "hangs" ? "STOP" : "CONT");
    if (mood === "good") await virsh("start");
  },
  alive: async () => {
    await sh('kill -CONT $(cat "$1/pid")', folder);
    return await alive();
  },
  not,
});

reaches({
  manifest,
  config: () => config,
  may: () => ["run /usr/bin/virsh"],
  mayNot:
    () => ["run /usr/bin/ssh", "run /bin/sh", "connect 127.0.0.1 16514", `read ${folder}/conf`],
  not,
});

Deno.test({
  name: "stonith/libvirt reboots by destroy and start, and says which state it does not know",
  ignore: not !== undefined,
  async fn() {
    await virsh("start");
    await using device = await loaded(manifest, config);
    const { ok, detail } = await device.api.fence("reboot", "alice", 10_000);
    assert.ok(ok, detail);
    assert.match(detail, /said that alice is off, and now that it is on/);
    await virsh("suspend");
    assert.match((await device.api.status()).detail, /alice is on/, "paused is not off");
    assert.ok((await device.api.fence("off", "alice", 10_000)).ok);
    assert.equal(await virsh("domstate"), "shut off");
  },
});
