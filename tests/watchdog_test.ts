/**
 * Heartbeat and its watchdog, as processes: one that hangs is bitten in time, one that works is not,
 * nor one that is stopped in good order; one that dies leaves the device armed. The device itself is
 * a pipe here.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  keepaliveMs,
  pause,
  permissions,
  StandInDevice,
  WatchedHeartbeat,
} from "./watched_heartbeat.ts";

const port = 26_000 + Deno.pid % 2_000 * 4;
/** Milliseconds that it must be silent to be bitten. */
const timeoutMs = 1_000;
/** Milliseconds that a guard may take beside, on a machine that is busy with other tests. */
const lateMs = 1_000;
/** Milliseconds that a stop in good order may take. */
const stopMs = 10_000;
/** Seconds that the device is held open for one that died. */
const holdS = 2;

Deno.test("one that hangs is bitten within its time, not while it works", {
  permissions,
}, async () => {
  const watchdog = { plugin: "watchdog/process", timeoutMs };
  await Promise.all(["main", "worker"].map(async (tick, at) => {
    await using heartbeat = await WatchedHeartbeat.start({ port: port + 2 * at, tick, watchdog });
    await pause(2.5 * timeoutMs);
    assert.equal(heartbeat.ended, false, heartbeat.log.join("\n"));
    const from = performance.now();
    heartbeat.child.kill("SIGSTOP");
    const end = await heartbeat.endWithin(timeoutMs + lateMs);
    const ms = performance.now() - from;
    assert.equal(end?.signal, "SIGKILL", heartbeat.log.join("\n"));
    assert.ok(ms > timeoutMs - 2 * keepaliveMs, `${tick}: ${ms} ms`);
  }));
});

Deno.test("a stop in good order disarms: the device is closed with the letter that says so", {
  permissions,
}, async () => {
  await using device = await StandInDevice.make();
  const watchdog = { plugin: "watchdog/device", device: device.path, timeoutMs, holdS };
  await using heartbeat = await WatchedHeartbeat.start({ port, tick: "main", watchdog });
  await pause(500);
  heartbeat.child.kill("SIGTERM");
  assert.equal((await heartbeat.endWithin(stopMs))?.code, 0, heartbeat.log.join("\n"));
  assert.match(await device.fed(), /^\.{3,}V$/);
  assert.equal(device.closed, true);
});

Deno.test("one that is killed leaves the device armed, held open and not fed", {
  permissions,
}, async () => {
  await using device = await StandInDevice.make();
  const watchdog = { plugin: "watchdog/device", device: device.path, timeoutMs, holdS };
  await using heartbeat = await WatchedHeartbeat.start({ port, tick: "main", watchdog });
  heartbeat.child.kill("SIGKILL");
  await heartbeat.status;
  await pause(300);
  const fed = await device.fed();
  assert.match(fed, /^\.+$/);
  await pause(timeoutMs);
  assert.deepEqual([await device.fed(), device.closed], [fed, false]);
});
