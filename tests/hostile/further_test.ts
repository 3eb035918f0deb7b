/**
 * Further attacks: through the names in a manifest, through files in a folder, through output
 * beside the protocol.
 */
import assert from "node:assert/strict";
import { lockText, readWholeLock } from "../../daemons/site/consent/lock_file.ts";
import { inLocks } from "../../daemons/site/consent/locked.ts";
import { pin } from "../../daemons/site/consent/pin.ts";
import { checkManifest } from "../../metadata/manifest_check.ts";
import { filePath } from "../../pils/found.ts";
import { createLoader } from "../../pils/loader.ts";
import type { PluginFault } from "../../pils/loader_types.ts";
import type { Attack } from "./attack.ts";
import { writePlugin } from "./plugins.ts";
import { permissions, project, quick, setStage } from "./stage.ts";

const tools = { denoPath: Deno.execPath(), configFile: new URL("deno.json", project), project };
const honest: Attack = { name: "honest", body: `return "honest";`, control: () => [] };

const manifest = {
  kind: "stonith",
  name: "mine",
  version: "1.0.0",
  api: "stonith/1",
  summary: { en: "Mine" },
  config: [],
  permissions: {},
  license: "MIT",
};
const refused = (change: object) => {
  const checked = checkManifest({ ...manifest, ...change });
  return checked.ok ? [] : checked.diagnostics.map(({ path }) => path.join("."));
};

for (const name of ["then", "constructor", "toString", "close", "__proto__"]) {
  Deno.test(`a field asks for its choices by the method "${name}"`, () => {
    const field = { fieldname: "a", basictype: "string", choicesfrom: name };
    assert.deepEqual(refused({ config: [field] }), ["config.0.choicesfrom"]);
    const inner = { fieldname: "s", basictype: "struct", fields: [field] };
    assert.deepEqual(refused({ config: [inner] }), ["config.0.fields.0.choicesfrom"]);
  });
}

Deno.test("a version, a homepage or a permission is made to be misread", () => {
  assert.deepEqual(refused({}), []);
  assert.deepEqual(refused({ version: `1.0.0-${"a".repeat(1_000)}` }), ["version"]);
  for (const homepage of ["javascript:alert(1)", "file:///etc/shadow", "data:text/html,x"]) {
    assert.deepEqual(refused({ homepage }), ["homepage"]);
  }
  for (const read of ["/etc/hа/key", "/etc/ha\u00a0(nothing else)", "/etc/\u2215shadow"]) {
    assert.deepEqual(refused({ permissions: { read: [read] } }), ["permissions.read.0"], read);
  }
});

Deno.test({
  name: "an API that is taken for a promise does not keep or end its daemon",
  permissions,
  async fn() {
    await using stage = await setStage([honest]);
    const root = new URL(`file://${stage.folder}/`);
    // The handler is a stranger's too, and says that its kind has such a method.
    const handler = await writePlugin(root, {
      kind: "handler",
      name: "lure",
      config: "[]",
      permissions: {},
      files: {
        "mod.ts": `export default () => ({
          contract: () => ({
            api: "lure/1", oldest: 1, methods: ["attack", "then"], optional: ["close"],
            deadlinesMs: {},
          }),
          register() {},
          unregister() {},
        });`,
      },
    });
    const plugin = await writePlugin(root, {
      kind: "lure",
      name: "mine",
      config: "[]",
      permissions: {},
      files: {
        "mod.ts": `export default () => ({ attack: () => "LOOT", then() {}, close() {} });`,
      },
    });
    const lock = await readWholeLock(stage.lock);
    const more = await Promise.all(
      [handler, plugin].map((folder) => pin(folder, { ...tools, lock: stage.lock })),
    );
    const plugins = {
      ...lock.plugins,
      ...Object.fromEntries(more.map((one) => [`${one.manifest.kind}/${one.manifest.name}`, one])),
    };
    await Deno.writeTextFile(stage.lock, lockText({ version: 1, plugins }));
    await using loader = createLoader({
      denoPath: Deno.execPath(),
      find: inLocks(stage.lock),
      limits: quick,
    });
    await assert.rejects(loader.load("lure/mine"), /"then"/);
    const { api } = await loader.load<{ attack(): Promise<string> }>("hostile/honest", {
      config: stage.surroundings,
    });
    assert.equal(await api.attack(), "honest");
  },
});

for (const [name, byte] of [["empty lines", 10], ["one endless line", 120]] as const) {
  const attack: Attack = {
    name: `floods standard error with ${name}`,
    head: `import fs from "node:fs";`,
    body: `const bytes = new Uint8Array(1 << 20).fill(${byte});
    for (let at = 0; at < 24; at++) {
      for (let done = 0; done < bytes.length;) done += fs.writeSync(2, bytes.subarray(done));
      await new Promise((resolve) => setTimeout(resolve, 0)); // it answers pings
    }
    await new Promise(() => {});`,
    control: () => [],
  };
  Deno.test({
    name: `a plugin ${attack.name}`,
    permissions,
    async fn() {
      await using stage = await setStage([attack]);
      const { faults } = await stage.contained(attack);
      const flooded = ({ what, why }: PluginFault) =>
        what === "flooded" && /bytes in a second|ms of a second/.test(why);
      assert(faults.some(flooded), JSON.stringify(faults));
    },
  });
}

Deno.test({
  name: "a pipe in the place of a plugin's file holds nobody up, neither consent nor load",
  permissions,
  async fn() {
    await using stage = await setStage([honest]);
    const folder = new URL(".", stage.module(honest));
    const pipe = async (name: string) => {
      await new Deno.Command("/bin/sh", {
        args: ["-c", 'rm -f "$1"; mkfifo "$1"', "sh", `${filePath(folder)}/${name}`],
      }).output();
    };
    await pipe("signature.json");
    const begun = performance.now();
    await assert.rejects(pin(folder, { ...tools, lock: stage.lock }), /is not a file/);
    assert(performance.now() - begun < 15_000);
    await Deno.remove(new URL("signature.json", folder));
    await pipe("control.ts");
    assert.match((await stage.contained(honest)).error ?? "", /is not a file/);
  },
});

Deno.test({
  name: "a secret in a value, an event, an error or a line is hidden before it is cut or changed",
  permissions,
  async fn() {
    await using stage = await setStage([honest]);
    const folder = await writePlugin(new URL(`file://${stage.folder}/`), {
      kind: "hostile",
      name: "teller",
      config: `[{ fieldname: "password", basictype: "string", secret: true }]`,
      permissions: {},
      files: {
        "mod.ts": `export default ({ password }, host) => ({
          attack(how) {
            host.emit({ said: [password] });
            host.log("info", "tab " + password);
            host.log("info", "cut " + "x".repeat(4_088) + password);
            console.error("basic " + btoa("admin:" + password));
            if (how === "throw") throw new Error(password);
            return { ok: false, detail: "wrong password " + password };
          },
          close() {},
        });`,
      },
    });
    const lock = await readWholeLock(stage.lock);
    const teller = await pin(folder, { ...tools, lock: stage.lock });
    const plugins = { ...lock.plugins, "hostile/teller": teller };
    await Deno.writeTextFile(stage.lock, lockText({ version: 1, plugins }));
    const said: string[] = [];
    await using loader = createLoader({
      denoPath: Deno.execPath(),
      find: inLocks(stage.lock),
      limits: quick,
      log: (_, text) => said.push(text),
    });
    const { api } = await loader.load<{ attack(how?: string): Promise<unknown> }>(
      "hostile/teller",
      {
        config: { password: "CANARY\tpassw0rd" },
        onEmit: (event) => said.push(JSON.stringify(event)),
      },
    );
    assert.deepEqual(await api.attack(), { ok: false, detail: "wrong password ***" });
    await assert.rejects(api.attack("throw"), { message: "***" });
    const all = said.join("\n");
    for (const wanted of ['{"said":["***"]}', "tab ***", "x***", "basic YWRtaW***"]) {
      assert(all.includes(wanted), `${wanted} is not in ${all.replaceAll(/x{9,}/g, "x")}`);
    }
    assert.doesNotMatch(all, /CANARY|passw0rd|CAN|Q0FOQVJZ/);
  },
});
