import assert from "node:assert/strict";
import { readNodeConfig } from "../../site/node_config/read.ts";
import { readApphbdCf } from "./apphbd_cf.ts";
import { importApplications } from "./applications.ts";
import { readRecoverymgrdConf } from "./recoverymgrd_conf.ts";

const whats = (diagnostics: readonly { readonly severity: string; readonly what: string }[]) =>
  diagnostics.map(({ severity, what }) => `${severity}: ${what}`);

Deno.test("apphbd.cf: the watchdog is imported, the rest is reported", () => {
  const { watchdog, diagnostics } = readApphbdCf(`# a comment
debug_level 1   # and another
watchdog_device /dev/watchdog1
watchdog_interval_ms 5000
realtime yes
notify_plugin recmgr
notify_plugin other
`);
  assert.deepEqual(watchdog, {
    plugin: "watchdog/device",
    device: "/dev/watchdog1",
    intervalMs: 5_000,
    timeoutMs: 15_000,
  });
  assert.deepEqual(whats(diagnostics), [
    "warning: debug_level is not imported",
    "warning: realtime is not imported",
    'warning: the plugin "other" is not imported',
  ]);
});

Deno.test("apphbd.cf: what the original would not take is an error", () => {
  for (
    const [text, what] of [
      ["watchdog_device watchdog", '"watchdog" is not a device'],
      ["watchdog_device", '"" is not a device'],
      ["watchdog_interval_ms 0", '"0" is not an interval'],
      ["watchdog_interval_ms 1e3", '"1e3" is not an interval'],
      ["watchdog_interval_ms 600001", '"600001" is not an interval'],
      ["realtime no\nrealtime no", "realtime is there twice"],
      ["constructor x", '"constructor" is not a directive of apphbd.cf'],
    ] as const
  ) assert.deepEqual(whats(readApphbdCf(text).diagnostics), [`error: ${what}`], text);
  assert.deepEqual(readApphbdCf("\ufeff\n# nothing\n"), { diagnostics: [] });
});

const conf = `# APPHB_HUP = "in a comment"
root:root /etc/recover/apphb_normal {
  APPHB_HUP = "restart"   # text
  APPHB_NOHB="re start"
  APPHB_HBWARN = ""
  APPHB_HBAGAIN
}
www-data:www-data /usr/lib/web { APPHB_HBUNREG = "gone" }
`;

Deno.test("recoverymgrd.conf: the script's name is that of the application", () => {
  const { entries, diagnostics } = readRecoverymgrdConf(conf);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(entries, [
    {
      name: "apphb_normal",
      user: "root",
      group: "root",
      script: "/etc/recover/apphb_normal",
      events: [{ event: "hup", argument: "restart" }, { event: "nohb", argument: "re start" }],
    },
    {
      name: "web",
      user: "www-data",
      group: "www-data",
      script: "/usr/lib/web",
      events: [{ event: "hbunreg", argument: "gone" }],
    },
  ]);
});

Deno.test("recoverymgrd.conf: what cannot be read is reported, with its line", () => {
  for (
    const [text, what, line] of [
      ['\nroot /a { APPHB_HUP = "x" }', '"root" does not begin an entry', 2],
      ['root:root a { APPHB_HUP = "x" }', '"root:root" does not begin an entry', 1],
      ['root:root /a APPHB_HUP = "x"', '"root:root" does not begin an entry', 1],
      ['root:root /a {\n APPHB_HUP = "x"', "an entry does not end", 2],
      ['root:root /a {\n APPHB_HUP = x\n APPHB_NOHB = "y" }', "APPHB_HUP has no text", 2],
      ['root:root /a { APPHB_NEW = "x" APPHB_HUP = "y" }', '"APPHB_NEW" is not an event', 1],
    ] as const
  ) {
    const { diagnostics } = readRecoverymgrdConf(text);
    assert.deepEqual(diagnostics.map((one) => [one.what, one.line]), [[what, line]], text);
  }
});

Deno.test("both files make a section that a node can use", () => {
  const users = new Map([["root", 0], ["www-data", 33]]);
  const { applications, diagnostics } = importApplications(
    { apphbd: "watchdog_device /dev/watchdog1", recovery: conf },
    users,
    users,
  );
  assert.deepEqual(diagnostics, []);
  const read = readNodeConfig(JSON.stringify({
    ...{ cluster: "c", node: "a", nodes: ["a"], state: "/s", run: "/r", authkeys: "/k" },
    media: [{ plugin: "medium/ucast", address: "127.0.0.1", peers: [] }],
    applications,
  }));
  assert.ok(read.ok, JSON.stringify(read));
  const { uids, recover, watchdog } = read.value.applications ?? {};
  assert.deepEqual(uids, [33]);
  assert.equal(watchdog?.device, "/dev/watchdog1");
  assert.deepEqual(
    recover?.map(({ name, uid, gid, restartsMax, escalate }) => [
      ...[name, uid, gid, restartsMax, escalate],
    ]),
    [["apphb_normal", 0, 0, 5, "notify"], ["web", 33, 33, 5, "notify"]],
  );
});

Deno.test("without a file there is no section; an unknown user is left out", () => {
  const none = { apphbd: undefined, recovery: undefined };
  assert.deepEqual(importApplications(none, new Map(), new Map()), { diagnostics: [] });
  const { applications, diagnostics } = importApplications(
    { apphbd: undefined, recovery: conf },
    new Map([["root", 0]]),
    new Map([["root", 0]]),
  );
  assert.equal((applications as { readonly recover: unknown[] }).recover.length, 1);
  assert.deepEqual(whats(diagnostics), [
    'warning: the entry of "www-data" is left out',
    'warning: the entry of "www-data" is left out',
  ]);
});
