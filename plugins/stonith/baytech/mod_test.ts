import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import { baytech } from "./dialogue.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { password, TestingSwitch } from "../../handler/stonith/testing_switch.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/baytech${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const passwordfile = `${folder}/password`;
const played = new TestingSwitch();
played.isBaytech = true;
const config = {
  address: "127.0.0.1",
  port,
  user: "fencer",
  passwordfile,
  hostlist: ["alice:1", "bob:2"],
};

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

Deno.test("stonith/baytech: a wrong password is refused, and not shown", async () => {
  played.set("good");
  await using device = await loaded(manifest, { ...open, password: "wrong turnstile" });
  const { ok, detail } = await device.api.fence("off", "alice", 5_000);
  assert.equal(ok, false);
  assert.match(detail, /refuses the user or password/);
  assert.doesNotMatch(detail, /turnstile/);
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
