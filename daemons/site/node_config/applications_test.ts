import assert from "node:assert/strict";
import { readNodeConfig } from "./read.ts";

const entry = {
  ...{ name: "web", uid: 33, gid: 33, script: "/etc/recover/web" },
  events: [{ event: "hup", argument: "restart" }],
};

const read = (more: object) =>
  readNodeConfig(JSON.stringify({
    ...{ cluster: "c", node: "a", nodes: ["a"], state: "/s", run: "/r", authkeys: "/k" },
    media: [{ plugin: "medium/ucast", address: "127.0.0.1", peers: [] }],
    ...more,
  }));

Deno.test("a section of applications has its defaults, and notifiers their own parameters", () => {
  const checked = read({
    applications: { recover: [entry], watchdog: { device: "/dev/watchdog1" } },
    notifiers: [{ plugin: "notifier/log", level: "err" }],
  });
  assert.ok(checked.ok);
  const { applications, notifiers } = checked.value;
  assert.deepEqual(applications?.uids, []);
  assert.equal(applications?.recover[0]?.kill, false);
  assert.equal(applications?.watchdog?.plugin, "watchdog/device");
  assert.equal(applications?.watchdog?.intervalMs, 1_000);
  assert.deepEqual(notifiers, [{ plugin: "notifier/log", level: "err" }]);
});

const wrong: readonly (readonly [object, RegExp])[] = [
  [{ notifiers: [{ plugin: "notifier/log" }] }, /no applications/],
  [{ applications: {}, notifiers: [{ plugin: "stonith/ssh" }] }, /notifiers/],
  [{ applications: { recover: [entry, entry] } }, /"web" is there twice/],
  [
    { applications: { recover: [{ ...entry, events: [...entry.events, ...entry.events] }] } },
    /"hup" is there twice/,
  ],
  [{ applications: { recover: [{ ...entry, events: [] }] } }, /events/],
  [{ applications: { recover: [{ ...entry, restartsMax: 0 }] } }, /restartsMax/],
  [{ applications: { watchdog: {} }, watchdog: { plugin: "watchdog/device" } }, /only one process/],
  [
    {
      applications: { watchdog: { device: "/dev/w" } },
      watchdog: { plugin: "watchdog/device", device: "/dev/w" },
    },
    /only one process/,
  ],
  [{ applications: { watchdog: { timeoutMs: 2_000 } } }, /not more than twice/],
  [{ applications: { socket: "/s/apphb" } }, /state folder/],
];
for (const [more, message] of wrong) {
  Deno.test(`it does not go together: ${JSON.stringify(more).slice(0, 60)}`, () => {
    const checked = read(more);
    assert.ok(!checked.ok);
    assert.match(JSON.stringify(checked.diagnostics).replaceAll('\\"', '"'), message);
  });
}
