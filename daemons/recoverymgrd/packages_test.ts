import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { listOf } from "../site/packages/write.ts";

const project = filePath(new URL("../../", import.meta.url)).replace(/\/$/, "");
const folder = `${project}/.test/packages`;
const permissions: Deno.PermissionOptionsObject = {
  read: [project],
  write: [`${project}/.test`],
  run: [Deno.execPath(), "/bin/sh"],
};

Deno.test("the list of packages is that of the project", { permissions }, async () => {
  assert.equal(
    await listOf(await Deno.readTextFile(`${project}/deno.lock`)),
    await Deno.readTextFile(`${project}/plugins/packages.lock`),
    "Fix: deno task lock",
  );
});

/** A copy of the packages in a cache of its own; its folders of saxes and zod. */
const copyScript = `
cache=\${DENO_DIR:-\${XDG_CACHE_HOME:+$XDG_CACHE_HOME/deno}}
mkdir -p "$1" && cp -R "\${cache:-$HOME/.cache/deno}/npm" "$1/" && echo "$1"/npm/*/saxes/*/ "$1"/npm/*/zod/*/`;

/** A node that may load plugins of its site. */
const nodeConfig = JSON.stringify({
  cluster: "packages",
  node: "alice",
  nodes: ["alice"],
  state: `${folder}/state`,
  run: `${folder}/run`,
  authkeys: `${folder}/authkeys`,
  plugins: `${folder}/plugins`,
  media: [{ plugin: "medium/ucast", address: "127.0.0.1", peers: [{ address: "127.0.0.2" }] }],
});

/** Starts a node with that cache, and with this configuration, or none. */
async function start(config = `${folder}/none.json`) {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'DENO_DIR=$1; export DENO_DIR; shift; exec "$@"',
      "sh",
      folder,
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--cached-only",
      "--no-check",
      `--config=${project}/deno.json`,
      "--allow-run=/bin/sh",
      `--allow-read=${config}`,
      `${project}/daemons/recoverymgrd/mod.ts`,
      config,
    ],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("a package that was changed in the cache is named, and nothing of it runs", {
  permissions,
}, async () => {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  try {
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", copyScript, "sh", folder],
      stdin: "null",
    }).output();
    const [saxes = "", zod = ""] = new TextDecoder().decode(stdout).trim().split(" ");
    assert.match(zod, /\/zod\/[\d.]+\/$/);
    const whole = await start();
    assert.match(whole.said, /cannot read ".*none\.json"/, "the packages are as they should be");

    const entry = `${saxes}saxes.js`;
    const code = await Deno.readTextFile(entry);
    await Deno.writeTextFile(entry, `console.log("TAMPERED");\n${code}`);
    const changed = await start();
    assert.equal(changed.code, 78, changed.said);
    assert.match(changed.said, /saxes@[\d.]+: .*\/saxes\/.*Fix: .*deno install/);
    assert.doesNotMatch(changed.said, /TAMPERED/);

    await Deno.writeTextFile(entry, code);
    await Deno.writeTextFile(`${saxes}more.js`, "");
    const added = await start();
    assert.equal(added.code, 78, added.said);
    await Deno.remove(`${saxes}more.js`);

    await Deno.chmod(`${folder}/npm`, 0o777);
    const open = await start();
    assert.equal(open.code, 78, open.said);
    assert.match(open.said, /everyone may write it/);
    await Deno.chmod(`${folder}/npm`, 0o755);

    // What Deno has made of our own modules is run without a look at them.
    const made = `${folder}/gen/file${project}/daemons/recoverymgrd`;
    await Deno.chmod(made, 0o777);
    const poisonable = await start();
    assert.equal(poisonable.code, 78, poisonable.said);
    assert.match(poisonable.said, /gen\/file\/.*recoverymgrd: others than its owner.*Fix: rm -r/);
    await Deno.chmod(made, 0o755);
    for (const place of [saxes, `${saxes}..`, entry]) {
      const { mode } = await Deno.stat(place);
      await Deno.chmod(place, 0o777);
      const said = await start();
      assert.match(said.said, /saxes.*: others than its owner.*Fix: rm -r/);
      assert.equal(said.code, 78);
      await Deno.chmod(place, (mode ?? 0) & 0o777);
    }
    assert.match((await start()).said, /cannot read ".*none\.json"/);

    // Only a plugin of a site imports it.
    await Deno.writeTextFile(`${zod}index.js`, `console.log("TAMPERED");\n`);
    assert.match((await start()).said, /cannot read ".*none\.json"/);
    const config = `${folder}/node.json`;
    await Deno.writeTextFile(config, nodeConfig, { mode: 0o600 });
    const withPlugins = await start(config);
    assert.equal(withPlugins.code, 78, withPlugins.said);
    assert.match(withPlugins.said, /zod@[\d.]+: .*\/zod\/.*Fix: .*deno install/);
    assert.doesNotMatch(withPlugins.said, /TAMPERED/);
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
});
