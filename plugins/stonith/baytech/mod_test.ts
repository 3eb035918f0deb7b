import assert from "node:assert/strict";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { TestingSwitch } from "../../handler/stonith/testing_switch.ts";
import { triedOverTelnet } from "../../handler/stonith/testing_switch_suite.ts";
import { baytech } from "./dialogue.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const played = new TestingSwitch();
played.isBaytech = true;
const config = triedOverTelnet({ manifest, plugin, played, more: { user: "fencer" } });

Deno.test("stonith/baytech goes through the menu and the question, and reboots", async () => {
  played.set("good");
  await using device = await loaded(manifest, config);
  const { ok, detail } = await device.api.fence("reboot", "alice", 10_000);
  assert.ok(ok, detail);
  await using other = await loaded(manifest, { ...config, user: "nobody" });
  assert.match(
    (await other.api.fence("off", "alice", 5_000)).detail,
    /refuses the user or password \[HA\d{4}\]\. Fix: correct them/,
  );
});

Deno.test("the status is read as the manuals show it; two outlets of one number are none", {
  permissions: "none",
}, () => {
  const screen = `
DS-RPC Power Control
Circuit Breaker : On
1) . . . OUTLET 1       : Off
2)...web 1              : On
12)...db                  Off
4)...a : On
4)...b : Off
RPC >`;
  assert.equal(baytech.state(screen, "1"), "Off");
  assert.equal(baytech.state(screen, "2"), "On");
  assert.equal(baytech.state(screen, "12"), "Off");
  assert.equal(baytech.state(screen, "4"), undefined);
  assert.equal(baytech.state(screen, "3"), undefined);
});
