import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { certificateFor } from "../../handler/stonith/testing_certificate.ts";
import { underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { password, TestingService, user } from "./testing_service.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/redfish${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const service = new TestingService();
const certificate = await certificateFor("127.0.0.1");
const stranger = await certificateFor("127.0.0.1");
const passwordfile = `${folder}/password`;
const cafile = `${folder}/ca.pem`;
const config = {
  address: "127.0.0.1",
  port,
  fingerprint: certificate.fingerprint,
  user,
  passwordfile,
  hostlist: ["alice:1", "bob:2"],
};

Deno.test.beforeAll(async () => {
  service.start(port, certificate);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(passwordfile, `${password}\n`, { mode: 0o600 });
  await Deno.writeTextFile(cafile, certificate.ca);
  await Deno.writeTextFile(`${folder}/stranger.pem`, stranger.ca);
});
Deno.test.afterAll(async () => {
  await service.close();
  await Deno.remove(folder, { recursive: true });
});

const alive = () => service.power["1"] === "On";
const { fingerprint: _, ...unpinned } = config;
const { passwordfile: __, ...open } = config;

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    revive: () => Promise.resolve(service.set("good")),
    misdirected: [
      { port: port + 1 },
      { hostlist: ["alice:3"] },
      { hostlist: ["alice"] }, // which of two?
      { fingerprint: stranger.fingerprint },
      { user: "somebody" },
    ],
    alive: () => Promise.resolve(alive()),
  },
  levels: ["process"],
});

underMoods({
  manifest,
  config,
  host: "alice",
  set: (mood) => service.set(mood),
  alive,
  never: new RegExp(password),
});

reaches({
  manifest,
  config: () => config,
  may: () => [`connect 127.0.0.1 ${port}`, `read ${passwordfile}`],
  mayNot: () => [
    `connect 127.0.0.1 ${port + 1}`,
    `connect 127.0.0.2 ${port}`,
    `read ${cafile}`,
    `write ${passwordfile}`,
  ],
});

Deno.test("stonith/redfish waits while the system goes off, and reboots it", async () => {
  service.set("good");
  service.movesMs = 300;
  try {
    await using device = await loaded(manifest, config);
    assert.ok((await device.api.fence("off", "alice", 10_000)).ok);
    assert.equal(service.power["1"], "Off", "PoweringOff is not off");
    const { ok, detail } = await device.api.fence("reboot", "alice", 10_000);
    assert.ok(ok, detail);
    assert.match(detail, /said that alice is off, and now that it is on/);
    assert.equal(service.power["1"], "On");
  } finally {
    service.movesMs = 0;
  }
});

Deno.test("stonith/redfish uses only what the service allows, wherever it says so", async () => {
  service.set("good");
  service.actionInfo = true;
  try {
    await using device = await loaded(manifest, config);
    assert.ok((await device.api.fence("off", "alice", 5_000)).ok);
    service.set("good");
    service.allowed = ["On", "GracefulShutdown"];
    const { ok, detail } = await device.api.fence("off", "alice", 5_000);
    assert.equal(ok, false);
    assert.match(detail, /cannot be switched off: it allows On, GracefulShutdown/);
  } finally {
    service.actionInfo = false;
    service.allowed = ["On", "ForceOff"];
  }
});

Deno.test("stonith/redfish keeps one session, makes another if it is lost, and ends it", async () => {
  service.set("good");
  service.sessions.clear();
  service.logins = 0;
  {
    await using device = await loaded(manifest, config);
    assert.ok((await device.api.status()).ok);
    assert.ok((await device.api.status()).ok);
    assert.equal(service.logins, 1);
    service.sessions.clear();
    assert.ok((await device.api.fence("off", "alice", 5_000)).ok);
    assert.equal(service.logins, 2);
  }
  assert.equal(service.sessions.size, 0);
});

Deno.test("stonith/redfish trusts the authority of cafile and no other, and basic works", async () => {
  service.set("good");
  {
    await using device = await loaded(manifest, { ...unpinned, cafile, auth: "basic" });
    assert.ok((await device.api.fence("off", "alice", 5_000)).ok);
  }
  service.set("good");
  const { logins } = service;
  await using device = await loaded(manifest, { ...unpinned, cafile: `${folder}/stranger.pem` });
  const { ok, detail } = await device.api.fence("off", "alice", 5_000);
  assert.equal(ok, false);
  assert.match(detail, /certificate/);
  assert.equal(service.logins, logins, "the password was not sent");
});

Deno.test("stonith/redfish refuses a readable password file, a wrong password and no pin", async () => {
  await Deno.chmod(passwordfile, 0o644);
  try {
    await assert.rejects(
      loaded(manifest, config),
      /can be read by others \(mode 0644\) \[HA\d{4}\]\. Fix: chmod/,
    );
  } finally {
    await Deno.chmod(passwordfile, 0o600);
  }
  await assert.rejects(loaded(manifest, unpinned), /Fix: set fingerprint or cafile/);
  await using device = await loaded(manifest, { ...open, password: "wrong horse" });
  const { ok, detail } = await device.api.status();
  assert.equal(ok, false);
  assert.match(detail, /the login: the user or password is refused \(401\)/);
});
