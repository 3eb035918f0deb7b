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

/** A copy of the packages in a cache of its own; its folder of zod. */
const copyScript = `
cache=\${DENO_DIR:-\${XDG_CACHE_HOME:+$XDG_CACHE_HOME/deno}}
mkdir -p "$1" && cp -R "\${cache:-$HOME/.cache/deno}/npm" "$1/" && echo "$1"/npm/*/zod/*/`;

/** Starts a node that has no configuration, with that cache. */
async function start() {
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
      `--allow-read=${folder}/none.json`,
      `${project}/daemons/recoverymgrd/mod.ts`,
      `${folder}/none.json`,
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
    const zod = new TextDecoder().decode(stdout).trim();
    assert.match(zod, /\/zod\/[\d.]+\/$/);
    const whole = await start();
    assert.match(whole.said, /cannot read ".*none\.json"/, "the packages are as they should be");

    const entry = `${zod}index.js`;
    const code = await Deno.readTextFile(entry);
    await Deno.writeTextFile(entry, `console.log("TAMPERED");\n${code}`);
    const changed = await start();
    assert.equal(changed.code, 78, changed.said);
    assert.match(changed.said, /zod@[\d.]+: .*\/zod\/.*Fix: .*deno install/);
    assert.doesNotMatch(changed.said, /TAMPERED/);

    await Deno.writeTextFile(entry, code);
    await Deno.writeTextFile(`${zod}more.js`, "");
    const added = await start();
    assert.equal(added.code, 78, added.said);
    await Deno.remove(`${zod}more.js`);

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
    for (const place of [zod, `${zod}..`, entry]) {
      const { mode } = await Deno.stat(place);
      await Deno.chmod(place, 0o777);
      const said = await start();
      assert.match(said.said, /zod.*: others than its owner.*Fix: rm -r/);
      assert.equal(said.code, 78);
      await Deno.chmod(place, (mode ?? 0) & 0o777);
    }
    assert.match((await start()).said, /cannot read ".*none\.json"/);
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
});
