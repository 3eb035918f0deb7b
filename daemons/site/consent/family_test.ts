/** A family of echoes: one plugin, a type for each program `fence_*`, each consented to by itself. */
import assert from "node:assert/strict";
import { createLoader } from "../../../pils/loader.ts";
import { filePath } from "../../../pils/found.ts";
import { lockText } from "./lock_file.ts";
import { inLocks } from "./locked.ts";
import { pin } from "./pin.ts";

const project = new URL("../../../", import.meta.url);
const fixtures = new URL("../../../pils/testdata/plugins/", import.meta.url);
const scratch = `${filePath(project)}/.test`;
const permissions: Deno.PermissionOptions = {
  read: [filePath(project)],
  write: [scratch],
  run: [Deno.execPath(), "/bin/sh"],
};

interface Echo {
  say(text: string): Promise<string>;
}

const manifest = `export default {
  kind: "echo", name: "fence", version: "1.0.0", api: "echo/2", summary: { en: "Every fence_*" },
  config: [
    { fieldname: "agent", basictype: "string", required: true },
    { fieldname: "verbose", basictype: "boolean", default: false },
  ],
  permissions: { run: ["/usr/sbin/{agent}"] },
  family: { field: "agent", types: "fence_[a-z0-9_]+" },
  license: "MIT",
};`;
const code = `export default (config: Record<string, unknown>) => ({
  say: (text: string) => [config.agent, config.ip, config.plug, text].join(" "),
  bytes: () => 0, fail: () => 0, tell: () => 0, misbehave: () => 0,
});`;

/** A lock with the family and the types that were consented to. */
async function installed(types: readonly string[]) {
  await Deno.mkdir(scratch, { recursive: true });
  const base = await Deno.makeTempDir({ dir: scratch, prefix: "family_" });
  const folder = new URL(`file://${base}/echo/fence/`);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(new URL("manifest.ts", folder), manifest);
  await Deno.writeTextFile(new URL("mod.ts", folder), code);
  const lock = new URL(`file://${base}/plugins.lock.json`);
  const configFile = new URL("deno.json", project);
  const options = { denoPath: Deno.execPath(), configFile, lock, project };
  const config = [
    { fieldname: "ip", basictype: "string", specialtype: "host", required: true },
    { fieldname: "plug", basictype: "integer", default: 1 },
  ] as const;
  const plugins = {
    "echo/fence": {
      ...await pin(folder, options),
      types: Object.fromEntries(types.map((type) => [type, { config }])),
    },
    "handler/echo": { ...await pin(new URL("handler/echo/", fixtures), options), shipped: true },
  };
  await Deno.writeTextFile(lock, lockText({ version: 1, plugins }), { mode: 0o644 });
  const loader = createLoader({ denoPath: Deno.execPath(), find: inLocks(lock) });
  return {
    loader,
    async [Symbol.asyncDispose]() {
      await loader.close();
      await Deno.remove(base, { recursive: true });
    },
  };
}

Deno.test(
  "each type is a plugin of its name, with its own fields and the right to its own program",
  {
    permissions,
  },
  async () => {
    await using it = await installed(["fence_apc", "fence_ipmilan"]);
    const { loader } = it;
    const one = await loader.load<Echo>("echo/fence_apc", {
      config: { ip: "192.0.2.1", plug: "7" },
    });
    assert.equal(one.id, "echo/fence_apc");
    assert.deepEqual(one.permissions, { run: ["/usr/sbin/fence_apc"] });
    assert.equal(await one.api.say("hears"), "fence_apc 192.0.2.1 7 hears");
    const other = await loader.load<Echo>("echo/fence_ipmilan", { config: { ip: "192.0.2.1" } });
    assert.deepEqual(other.permissions, { run: ["/usr/sbin/fence_ipmilan"] });
    assert.equal(await other.api.say("hears"), "fence_ipmilan 192.0.2.1 1 hears");
  },
);

Deno.test(
  "a type that nobody consented to, a wrong parameter and another type's name are refused",
  {
    permissions,
  },
  async () => {
    await using it = await installed(["fence_apc"]);
    const { loader } = it;
    await assert.rejects(
      loader.load("echo/fence_apd", { config: { ip: "192.0.2.1" } }),
      /not in the lock.*Did you mean "echo\/fence_apc"\?/s,
    );
    await assert.rejects(loader.load("echo/fence_apc", { config: { plug: 1 } }), /"ip" is missing/);
    await assert.rejects(
      loader.load("echo/fence_apc", { config: { ip: "192.0.2.1", agent: "fence_ipmilan" } }),
      /"fence_ipmilan" is not one of the choices/,
    );
  },
);

Deno.test("a type in the lock that the manifest does not serve is refused", {
  permissions,
}, async () => {
  await using it = await installed(["rm"]);
  await assert.rejects(
    it.loader.load("echo/rm", { config: { ip: "192.0.2.1" } }),
    /does not serve the type "rm".*fence_\[a-z0-9_\]\+/s,
  );
});
