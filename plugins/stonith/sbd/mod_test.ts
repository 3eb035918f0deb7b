import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { makeDisks, msgwaitS, noSbd, removeDisks, sh } from "./testing_disks.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/sbd${Deno.pid}`;
const not = await noSbd();
const disks = [1, 2, 3].map((at) => `${folder}/disk${at}`);
const other = `${folder}/disk4`;
const config = { devices: disks, hostlist: ["bob"] };
Deno.test.beforeAll(async () => {
  await makeDisks(folder, 4, not === undefined);
  await sh("truncate -s 1M $1/empty", folder);
  for (const at of not === undefined ? [1, 2, 3] : []) {
    await sh("/usr/sbin/sbd -d $(readlink $1) allocate bob >/dev/null", `${folder}/loop${at}`);
  }
});
Deno.test.afterAll(async () => {
  await revive("stop");
  await removeDisks(folder);
});

/**
 * Bob: a process that does what sbd does on a node: it looks at its slot some times a second, and
 * dies if it is ordered to. (The daemon of Debian would reset this machine.)
 */
async function revive(stop = ""): Promise<void> {
  await sh(
    `cd "$1" || exit
    [ -f bob ] && kill -9 $(cat bob) 2>/dev/null
    for i in 1 2 3; do printf '\\0' | dd of=disk$i bs=512 seek=2 conv=notrunc,sync oflag=direct 2>/dev/null; done
    [ "$2" = stop ] && exit 0
    (while sleep 0.1; do grep -qaE "$(printf '[\\2\\3](ha|alice)')" file1 file2 file3 && exit
     done) >/dev/null 2>&1 &
    echo $! >bob`,
    folder,
    stop,
  );
}
const alive = async () =>
  await sh('kill -0 $(cat "$1/bob") 2>/dev/null && echo y; :', folder) === "y";

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "bob",
    revive,
    alive,
    misdirected: [
      { devices: [other] }, // another cluster's
      { devices: [`${folder}/empty`] },
      { devices: [`${folder}/nothing`] },
      { hostlist: ["bobby"] },
    ],
  },
  levels: ["process"],
});

reaches({
  manifest,
  config: () => ({ ...config, devices: disks.slice(0, 2) }),
  may: () => disks.slice(0, 2).map((disk) => `write ${disk}`),
  mayNot: () => [disks[2], other].flatMap((disk) => [`read ${disk}`, `write ${disk}`]),
});

/** What Debian's sbd lists on a disk. */
const listed = (at: number) => sh("/usr/sbin/sbd -d $(readlink $1) list", `${folder}/loop${at}`);

Deno.test({
  name: `stonith/sbd and Debian's sbd read each other's messages${
    not === undefined ? "" : ` (not: ${not})`
  }`,
  ignore: not !== undefined,
  async fn() {
    await revive("stop");
    await using device = await loaded(manifest, { ...config, sender: "alice" });
    assert.match((await device.api.status()).detail, /3 of 3 disks; msgwait 3 s; slots: bob/);
    for (const [action, word] of [["off", "off"], ["reboot", "reset"]] as const) {
      const { ok, detail } = await device.api.fence(action, "bob", 8_000);
      assert.ok(ok, detail);
      for (const at of [1, 2, 3]) assert.match(await listed(at), RegExp(`bob\\s${word}\\salice`));
    }
    // Now Debian's overwrites ours while it must stand.
    const fencing = device.api.fence("off", "bob", 8_000);
    await sh(
      `sleep 0.5
       for i in 1 2; do /usr/sbin/sbd -n carol -d $(readlink $1/loop$i) message bob clear & done
       wait`,
      folder,
    );
    const { ok, detail } = await fencing;
    assert.equal(ok, false);
    assert.match(detail, /did not stand.*disk1: the slot says "clear" from carol, not "off"/);
  },
});

for (
  const [what, devices, ok] of [
    ["three disks, one lost", [disks[0]!, disks[1]!, `${folder}/nothing`], true],
    ["three disks, two lost", [disks[0]!, `${folder}/nothing`, `${folder}/empty`], false],
    ["two disks, one lost", [disks[0]!, `${folder}/nothing`], false],
    ["one disk", [disks[0]!], true],
  ] as const
) {
  Deno.test(`stonith/sbd with ${what}: off is ${ok ? "" : "not "}confirmed`, async () => {
    await revive();
    await using device = await loaded(manifest, { devices, hostlist: ["bob"] });
    const said = await device.api.fence("off", "bob", 8_000);
    assert.equal(said.ok, ok, said.detail);
    assert.equal(await alive(), !ok);
  });
}

Deno.test("stonith/sbd refuses a time that is shorter than msgwait, and writes nothing", async () => {
  await revive();
  await using device = await loaded(manifest, config);
  const { ok, detail } = await device.api.fence("off", "bob", msgwaitS * 1_000);
  assert.equal(ok, false);
  assert.match(
    detail,
    /says to wait 3000 ms, and the request allows 3000 ms \[HA\d{4}\]\. Fix: raise/,
  );
  await sh("sleep 1");
  assert.ok(await alive());
});
