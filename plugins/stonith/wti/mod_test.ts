import assert from "node:assert/strict";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { TestingSwitch } from "../../handler/stonith/testing_switch.ts";
import { triedOverTelnet } from "../../handler/stonith/testing_switch_suite.ts";
import { wti } from "./dialogue.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const played = new TestingSwitch();
const config = triedOverTelnet({ manifest, plugin, played });

Deno.test("stonith/wti logs in with a user, refuses telnet's options, and reboots by name", async () => {
  played.set("good");
  played.isNew = true;
  try {
    const named = { ...config, user: "fencer", hostlist: ["alice:1"] };
    await using device = await loaded(manifest, named);
    const { ok, detail } = await device.api.fence("reboot", "alice", 10_000);
    assert.ok(ok, detail);
    await using other = await loaded(manifest, { ...named, user: "nobody" });
    assert.match(
      (await other.api.fence("off", "alice", 5_000)).detail,
      /refuses the user or password \[HA\d{4}\]\. Fix: correct them/,
    );
  } finally {
    played.isNew = false;
  }
});

Deno.test("the status screen is read by its header; two plugs of one name are none", {
  permissions: "none",
}, () => {
  const screen = `
 PLUG | NAME   | PASSWORD | STATUS | DEFAULT |
------+--------+----------+--------+---------+
  1   | web    | (defined)| OFF    | ON  |
  2   | db     |          | ON     | OFF |
 A11  | db     |          | OFF*   | OFF |
NPS> `;
  assert.equal(wti.state(screen, "1"), "OFF");
  assert.equal(wti.state(screen, "WEB"), "OFF");
  assert.equal(wti.state(screen, "2"), "ON");
  assert.equal(wti.state(screen, "a11"), "OFF*");
  assert.equal(wti.state(screen, "db"), undefined);
  assert.equal(wti.state(screen, "3"), undefined);
  assert.equal(wti.state("1 | OFF", "1"), undefined);
});
