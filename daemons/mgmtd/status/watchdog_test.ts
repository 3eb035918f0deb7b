import assert from "node:assert/strict";
import { readWatchdog, watchdogText } from "./watchdog.ts";

Deno.test("the watchdog of the node asked is shown, if it has one", { permissions: "none" }, () => {
  const watchdog = readWatchdog({ watchdog: { plugin: "watchdog/device", state: "armed" } });
  assert.deepEqual(watchdog, { plugin: "watchdog/device", state: "armed" });
  assert.equal(
    watchdogText(watchdog),
    "\nWatchdog (of this node):\n  * watchdog/device: armed\n",
  );
  for (const status of [null, {}, { watchdog: null }, { watchdog: { plugin: 1, state: "x" } }]) {
    assert.equal(readWatchdog(status), undefined);
  }
  assert.equal(watchdogText(undefined), "");
});
