import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { testingHost } from "../../handler/testing_host.ts";
import { pause } from "../../../metadata/timer.ts";
import { filePath } from "../../../pils/found.ts";
import { fill } from "../../../pils/grant.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { type Mood, TestingController } from "./testing_controller.ts";

const scratch = filePath(new URL("../../../.test", import.meta.url));
const partner = await TestingController.start("ha", "sesame");
const other = await TestingController.start("ha", "sesame");
const config = {
  hostlist: ["bob"],
  address: "127.0.0.1",
  port: partner.port,
  username: "ha",
  password: "sesame",
} as const;
const given = {
  host: "bob",
  revive: () => Promise.resolve(void (partner.power = true)),
  misdirected: [{ port: other.port, password: "wrong" }, { username: "nobody" }],
  alive: () => Promise.resolve(partner.power),
};
Deno.test.afterAll(async () => {
  await partner[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

conform(clauses, { manifest, plugin, config, levels: ["inline", "process"], given });

Deno.test("its permissions reach its controller, and no other on the next port", {
  permissions: { run: [Deno.execPath()], read: [filePath(new URL("../../..", import.meta.url))] },
}, async () => {
  const filled = fill(manifest.permissions, config);
  assert.ok(filled.ok);
  // From inside: code that does not want to obey, with exactly the plugin's grant.
  const code = `
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
    const tries = {
      own: () => socket.send(new Uint8Array(1), { transport: "udp", hostname: "127.0.0.1", port: ${partner.port} }),
      next: () => socket.send(new Uint8Array(1), { transport: "udp", hostname: "127.0.0.1", port: ${
    partner.port + 1
  } }),
      other: () => socket.send(new Uint8Array(1), { transport: "udp", hostname: "127.0.0.1", port: ${other.port} }),
      tcp: () => Deno.connect({ hostname: "127.0.0.1", port: ${partner.port + 1} }),
      serve: async () => Deno.listen({ hostname: "0.0.0.0", port: ${partner.port + 1} }).close(),
      read: () => Deno.readTextFile("/etc/passwd"),
      run: () => new Deno.Command("/bin/true").output(),
      write: () => Deno.writeTextFile("/tmp/never", ""),
    };
    const said = {};
    for (const [name, attempt] of Object.entries(tries)) {
      said[name] = await Promise.try(attempt).then(() => "done", (error) => error.name);
    }
    socket.close();
    console.log(JSON.stringify(said));`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      "--no-config",
      "--unstable-net",
      `--allow-net=${filled.value.net?.join(",")}`,
      `data:text/javascript,${encodeURIComponent(code)}`,
    ],
    stdin: "null",
  }).output();
  const refused = "NotCapable";
  assert.equal(filled.value.read, undefined, "without a file there is nothing to read");
  assert.deepEqual(
    JSON.parse(new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr)),
    {
      own: "done",
      next: refused,
      other: refused,
      tcp: refused,
      serve: refused,
      read: refused,
      run: refused,
      write: refused,
    },
  );
});

const net = [`127.0.0.1:${partner.port}`, "0.0.0.0:0"];

/** Opens a device, uses it, and closes it. */
async function withDevice(
  change: Readonly<Record<string, unknown>>,
  use: (api: Awaited<ReturnType<typeof plugin>>) => Promise<void>,
): Promise<void> {
  const defaults = { privilege: "administrator", cipher: "17" } as const;
  const api = await plugin({ ...defaults, ...config, ...change }, testingHost());
  try {
    await use(api);
  } finally {
    await api.close();
  }
}

for (const cipher of ["17", "3", "1.5"] as const) {
  Deno.test(`cipher suite ${cipher}: off, on and reboot, and a wrong password`, {
    permissions: { net },
  }, async () => {
    partner.power = true;
    await withDevice({ cipher }, async (api) => {
      assert.match((await api.status()).detail, /bob is on/);
      for (const [action, power] of [["off", false], ["on", true], ["reboot", true]] as const) {
        const { ok, detail } = await api.fence(action, "bob", 5_000);
        assert.equal(ok, true, detail);
        assert.equal(partner.power, power);
      }
    });
    await withDevice({ cipher, password: "wrong" }, async (api) => {
      const { ok, detail } = await api.fence("off", "bob", 1_000);
      assert.equal(ok, false);
      assert.match(detail, /the password is wrong/);
      assert.doesNotMatch(detail, /sesame/);
    });
    assert.equal(partner.power, true);
  });
}

for (
  const [mood, isConfirmed, says] of [
    ["slow", true, /bob is off/],
    ["lossy", true, /bob is off/],
    ["lies", false, /took the order "off", but plug bob is still on/],
    ["hangs", false, /does not answer/],
    ["refuses", false, /the privilege is too low/],
    ["forges", false, /does not answer/],
  ] as const satisfies readonly (readonly [Mood, boolean, RegExp])[]
) {
  Deno.test(`a controller that is "${mood}": off is ${isConfirmed ? "" : "not "}confirmed`, {
    permissions: { net },
  }, async () => {
    partner.power = true;
    await withDevice({}, async (api) => {
      await api.status();
      partner.mood = mood;
      try {
        const { ok, detail } = await api.fence("off", "bob", isConfirmed ? 8_000 : 700);
        assert.equal(ok, isConfirmed, detail);
        assert.match(detail, says);
        if (isConfirmed) assert.equal(partner.power, false);
      } finally {
        partner.mood = "good";
      }
    });
  });
}

Deno.test("an old answer to the same question is not believed again", {
  permissions: { net },
}, async () => {
  await withDevice({}, async (api) => {
    partner.power = false;
    // Numbers of questions come again after 64; the session is the same.
    for (let round = 0; round < 64; round++) assert.equal((await api.status()).ok, true);
    partner.power = true;
    partner.mood = "replays";
    try {
      const { ok, detail } = await api.status();
      assert.equal(ok, false, detail);
      assert.match(detail, /does not answer/);
    } finally {
      partner.mood = "good";
    }
  });
});

Deno.test("a controller that does not know the password gets no proof of it", {
  permissions: { net },
}, async () => {
  partner.mood = "impostor";
  const before = partner.proofs;
  try {
    await withDevice({}, async (api) => {
      assert.match((await api.status()).detail, /the password is wrong, or this is another/);
    });
    assert.equal(partner.proofs, before);
  } finally {
    partner.mood = "good";
  }
});

Deno.test("a session is closed at the end, and given up when the controller forgot it", {
  permissions: { net },
}, async () => {
  partner.power = true;
  partner.forget();
  await withDevice({}, async (api) => {
    await api.status();
    assert.equal(partner.sessions, 1);
    partner.forget();
    assert.equal((await api.fence("off", "bob", 300)).ok, false, "it has to log in again");
    assert.equal((await api.fence("off", "bob", 5_000)).ok, true);
  });
  const until = performance.now() + 10_000;
  while (partner.sessions > 0 && performance.now() < until) await pause(5);
  assert.equal(partner.sessions, 0);
});

Deno.test("a suite that the controller does not have is named, with the fix", {
  permissions: { net },
}, async () => {
  partner.suites = ["3"];
  try {
    await withDevice({}, async (api) => {
      assert.match((await api.status()).detail, /cipher suite.*\[HA8004\]\. Fix: set cipher to 3/);
    });
  } finally {
    partner.suites = ["3", "17"];
  }
});

Deno.test("the password is read from a file of its owner alone", {
  permissions: { net, read: [scratch], write: [scratch] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const passwordfile = await Deno.makeTempFile({ dir: scratch });
  try {
    await Deno.writeTextFile(passwordfile, "sesame\n", { mode: 0o600 });
    const { password: _password, ...rest } = config;
    const defaults = { privilege: "administrator", cipher: "17" } as const;
    const api = await plugin({ ...defaults, ...rest, passwordfile }, testingHost());
    assert.equal((await api.status()).ok, true);
    await api.close();
    await Deno.chmod(passwordfile, 0o644);
    await assert.rejects(
      async () => await plugin({ ...defaults, ...rest, passwordfile }, testingHost()),
      /can be read by others/,
    );
  } finally {
    await Deno.remove(passwordfile);
  }
});
