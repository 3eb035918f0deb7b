import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import { wti } from "./dialogue.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { password, TestingSwitch } from "../../handler/stonith/testing_switch.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/wti${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const passwordfile = `${folder}/password`;
const played = new TestingSwitch();
const config = { address: "127.0.0.1", port, passwordfile, hostlist: ["alice:1", "bob:2"] };

Deno.test.beforeAll(async () => {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(passwordfile, `${password}\n`, { mode: 0o600 });
});
Deno.test.beforeEach(() => played.start(port));
Deno.test.afterEach(() => played.close());
Deno.test.afterAll(async () => {
  await Deno.remove(folder, { recursive: true });
});

const alive = () => played.plugs["1"] === "ON";
const { passwordfile: _, ...open } = config;

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    revive: () => Promise.resolve(played.set("good")),
    misdirected: [{ port: port + 1 }, { hostlist: ["alice:3"] }],
    alive: () => Promise.resolve(alive()),
  },
  levels: ["process"],
});

underMoods({
  manifest,
  config,
  host: "alice",
  set: (mood) => played.set(mood),
  alive,
  never: /turnstile/,
});

reaches({
  manifest,
  config: () => config,
  may: () => [`connect 127.0.0.1 ${port}`, `read ${passwordfile}`],
  mayNot: () => [`connect 127.0.0.1 ${port + 1}`, `connect 127.0.0.2 ${port}`],
});

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

Deno.test("stonith/wti: a wrong password is refused, and not shown", async () => {
  played.set("good");
  await using device = await loaded(manifest, { ...open, password: "wrong turnstile" });
  const { ok, detail } = await device.api.fence("off", "alice", 5_000);
  assert.equal(ok, false);
  assert.match(detail, /refuses the user or password/);
  assert.doesNotMatch(detail, /turnstile/);
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
