import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { type Mood, underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import {
  community,
  noSnmpd,
  password,
  privacy,
  sh,
  startSnmpd,
  stopSnmpd,
} from "./testing_snmpd.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/apcsnmp${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const not = await noSnmpd();
const passwordfile = `${folder}/password`;
const config = {
  address: "127.0.0.1",
  port,
  user: "fencer",
  passwordfile,
  privacy,
  hostlist: ["alice:1", "alice:2", "bob:3"],
};

if (not === undefined) {
  Deno.test.beforeAll(async () => {
    await startSnmpd(folder, port);
    await Deno.writeTextFile(passwordfile, `${password}\n`, { mode: 0o600 });
  });
  Deno.test.afterAll(async () => void await stopSnmpd(folder));
}

const set = async (mood: Mood) =>
  void await sh(
    `cd "$1" && echo $2 >mood && { [ $2 = good ] || exit 0; }
     for i in 1 2 3; do echo on >outlet.$i; done`,
    folder,
    mood,
  );
const alive = async () => await sh('cat "$1"/outlet.[12]', folder) !== "off\noff";

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    revive: () => set("good"),
    alive,
    misdirected: [
      { port: port + 1 },
      { hostlist: ["alice:4"] },
      { user: "nobody" },
      { privacy: "another phrase" },
      { model: "rpdu" },
    ],
  },
  levels: ["process"],
  skip: not === undefined ? {} : Object.fromEntries(clauses.map(({ id }) => [id, not])),
});

underMoods({
  manifest,
  config,
  host: "alice",
  set,
  alive,
  not,
  except: ["drops"], // a packet is not a line
  never: /first phrase|second phrase/,
});

reaches({
  manifest,
  config: () => config,
  may: () => [`send 127.0.0.1 ${port}`, `read ${passwordfile}`],
  mayNot: () => [
    `send 127.0.0.1 ${port + 1}`,
    `send 127.0.0.2 ${port}`,
    `connect 127.0.0.1 ${port + 1}`,
    `read ${folder}/conf`,
  ],
  not,
});

const { user: _, passwordfile: __, privacy: ___, ...bare } = config;
for (
  const [what, change] of [
    ["version 1", { version: "1", password: community }],
    ["version 2c", { version: "2c", password: community }],
    ["version 3, MD5", { user: "old", password, authprotocol: "md5" }],
    ["version 3, SHA-256", { user: "signer", password, authprotocol: "sha256" }],
    ["version 3, SHA and AES", { user: "fencer", password, privacy }],
  ] as const
) {
  Deno.test({
    name: `stonith/apcsnmp switches with ${what}, and not with a wrong password`,
    ignore: not !== undefined,
    async fn() {
      await set("good");
      await using device = await loaded(manifest, { ...bare, ...change });
      const { ok, detail } = await device.api.fence("reboot", "alice", 5_000);
      assert.ok(ok, detail);
      assert.match(detail, /off, and now that it is on/);
      await using other = await loaded(manifest, { ...bare, ...change, password: "wrong phrase" });
      const wrong = await other.api.fence("off", "alice", 1_000);
      assert.equal(wrong.ok, false);
      if ("user" in change) assert.match(wrong.detail, /refuses the password/);
      assert.ok(await alive());
    },
  });
}

for (const model of ["rpdu", "masterswitch"]) {
  Deno.test({
    name: `stonith/apcsnmp finds out that it is a ${model}`,
    ignore: not !== undefined,
    async fn() {
      await set("good");
      await sh('echo $2 >"$1/model"', folder, model);
      try {
        await using device = await loaded(manifest, config);
        const { ok, detail } = await device.api.fence("off", "alice", 5_000);
        assert.ok(ok, detail);
        assert.equal(await alive(), false);
      } finally {
        await sh('echo rpdu2 >"$1/model"', folder);
      }
    },
  });
}

/** Forwards packets, and makes on (2) and off (1) of each other in answers but the first, if it is to. */
async function forge(at: number, isTo: () => boolean, until: Promise<void>): Promise<void> {
  const options = { transport: "udp", hostname: "127.0.0.1" } as const;
  const front = Deno.listenDatagram({ ...options, port: at });
  const back = Deno.listenDatagram({ ...options, port: 0 });
  let client: Deno.Addr | undefined;
  const forth = (async () => {
    for await (const [packet, from] of front) {
      client = from;
      await back.send(packet, { ...options, port });
    }
  })();
  const home = (async () => {
    let count = 0;
    for await (const [packet] of back) {
      if (isTo() && count++ > 0) packet[packet.length - 1]! ^= 3;
      if (client !== undefined) await front.send(packet, client);
    }
  })();
  await until;
  front.close();
  back.close();
  await Promise.all([forth, home]);
}

Deno.test({
  name: "stonith/apcsnmp does not believe answers of version 3 that were changed on the way",
  ignore: not !== undefined,
  async fn() {
    await set("good");
    const over = Promise.withResolvers<void>();
    let changes = false;
    const forging = forge(port + 2, () => changes, over.promise);
    for (
      const change of [{ user: "signer", authprotocol: "sha256" }, { user: "fencer", privacy }]
    ) {
      await using device = await loaded(manifest, { ...bare, password, port: port + 2, ...change });
      changes = false;
      await set("good");
      assert.ok((await device.api.fence("on", "alice", 5_000)).ok);
      changes = true;
      await set("lies");
      assert.equal((await device.api.fence("off", "alice", 1_000)).ok, false);
    }
    over.resolve();
    await forging;
    await set("good");
  },
});

Deno.test({
  name: "stonith/apcsnmp refuses a short or missing password and a readable file",
  ignore: not !== undefined,
  async fn() {
    await assert.rejects(loaded(manifest, bare), /Fix: set passwordfile/);
    await assert.rejects(
      loaded(manifest, { ...bare, user: "u", password: "short" }),
      /8 characters/,
    );
    await assert.rejects(loaded(manifest, { ...bare, password }), /version 3 needs a user/);
    await Deno.chmod(passwordfile, 0o640);
    try {
      await assert.rejects(loaded(manifest, config), /mode 0640\) \[HA\d{4}\]\. Fix: chmod 0600/);
    } finally {
      await Deno.chmod(passwordfile, 0o600);
    }
  },
});
