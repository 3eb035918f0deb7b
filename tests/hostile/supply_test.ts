/**
 * Attacks on approved files: between approval and check, between check and use, and by a manifest
 * that is not approved yet.
 */
import assert from "node:assert/strict";
import { readManifests } from "../../daemons/site/consent/discover.ts";
import { filePath } from "../../pils/found.ts";
import { fill } from "../../pils/grant.ts";
import { createLoader } from "../../pils/loader.ts";
import type { PluginFault } from "../../pils/loader_types.ts";
import { pin } from "../../daemons/site/consent/pin.ts";
import { inLocks } from "../../daemons/site/consent/locked.ts";
import type { Attack } from "./attack.ts";
import { permissions, project, quick, setStage } from "./stage.ts";

const tools = { denoPath: Deno.execPath(), configFile: new URL("deno.json", project) };

/** Says a word; the attack is to make it say another. */
const honest: Attack = { name: "honest", body: `return "honest";`, control: () => [] };
const evil = `export default () => ({ attack: () => "LOOT", close() {} });\n`;

/** Runs a shell's command on a file: links need a right to write everything in Deno itself. */
async function shell(script: string, ...parameters: string[]): Promise<void> {
  await new Deno.Command("/bin/sh", { args: ["-c", script, "sh", ...parameters] }).output();
}

Deno.test({
  name: "a file changed, replaced by a link or added after the consent never runs",
  permissions,
  async fn() {
    await using stage = await setStage([honest]);
    const module = stage.module(honest);
    const text = await Deno.readTextFile(module);
    assert.equal((await stage.contained(honest)).value, "honest");

    await Deno.writeTextFile(module, evil);
    assert.match((await stage.contained(honest)).error ?? "", /differs from the approved file/);
    // Control: whoever imports the file gets what is there now.
    assert.equal((await stage.control(honest)).value, "LOOT");

    const other = `${stage.folder}/evil.ts`;
    await Deno.writeTextFile(other, evil);
    await shell('rm "$1"; ln -s "$2" "$1"', filePath(module), other);
    assert.match((await stage.contained(honest)).error ?? "", /through a symbolic link/);
    assert.equal((await stage.control(honest)).value, "LOOT");

    // The folder itself led elsewhere.
    await shell('rm "$1"', filePath(module));
    await Deno.writeTextFile(module, text);
    const folder = filePath(new URL(".", module));
    await shell('mv "$1" "$1.real"; ln -s "$1.real" "$1"', folder);
    assert.match((await stage.contained(honest)).error ?? "", /through a symbolic link/);
    assert.equal((await stage.control(honest)).value, "honest", "the link leads somewhere");
    await shell('rm "$1"; mv "$1.real" "$1"', folder);

    // What is added would never be read, as no module that was consented to names it; it is told.
    const added = new URL("added.ts", module);
    await Deno.writeTextFile(added, evil);
    assert.match((await stage.contained(honest)).error ?? "", /"added\.ts" is in the folder/);
    await Deno.remove(added);
    assert.equal((await stage.contained(honest)).value, "honest");
  },
});

Deno.test({
  name: "a file swapped between check and use does not run, not even after a restart",
  permissions,
  async fn() {
    const swapped: Attack = {
      name: "swapped",
      head: `import process from "node:process";`,
      body: `if (config.port === 1) process.kill(process.pid, "SIGKILL"); return "honest";`,
      control: () => [],
    };
    await using stage = await setStage([swapped]);
    const faults: PluginFault[] = [];
    const loader = createLoader({
      denoPath: Deno.execPath(),
      find: inLocks(stage.lock),
      limits: quick,
    });
    await using _ = loader;
    const { api } = await loader.load<{ attack(): Promise<string> }>("hostile/swapped", {
      config: { ...stage.surroundings, port: 1 },
      onFault: (fault) => faults.push(fault),
    });
    await Deno.writeTextFile(stage.module(swapped), evil); // the check was before, the use comes
    await assert.rejects(api.attack(), /ended before it answered/);
    await assert.rejects(
      api.attack(),
      /ended before it answered|given up/,
      "the restarted is the old one",
    );
    assert(faults.some(({ what }) => what === "restarted"));
    // Control: a start from the file runs the new text.
    assert.equal((await stage.control(swapped)).value, "LOOT");
  },
});

Deno.test({
  name: "a manifest that reads, loops, is huge, gives code or lies is listed as broken",
  permissions,
  async fn(test) {
    await using stage = await setStage([]);
    const table: readonly (readonly [string, string, RegExp, RegExp])[] = [
      [
        "reads a file",
        `export default Deno.readTextFileSync("${stage.surroundings.secret}");`,
        /Requires read access/,
        /LOOT/,
      ],
      [
        "reads a file as text",
        `import text from "${stage.surroundings.secret}" with { type: "text" }; export default text;`,
        /imports .* as text/,
        /LOOT/,
      ],
      ["loops", "for (;;); export default 1;", /did not start within|memory|ended/, /^$/],
      ["never comes to an end", "await new Promise(() => {}); export default 1;", /./, /^$|await/],
      [
        "is huge",
        `export default "${"LOOT".repeat(2_500_000)}";`,
        /at most 524288 are read/,
        /LOOT/,
      ],
      ["throws", `throw new Error("LOOT"); export default 1;`, /LOOT/, /^$/],
      [
        "gives a function",
        `export default () => "LOOT";`,
        /is a function, which is not plain data/,
        /LOOT/,
      ],
      [
        "imports code from elsewhere",
        `export { default } from "data:text/javascript,export default 'LOOT'";`,
        /not a file/,
        /LOOT/,
      ],
      [
        "imports a package",
        `import { z } from "npm:zod@4.6.7"; export default "LOOT" + typeof z;`,
        /imports npm:zod/,
        /LOOT/,
      ],
      [
        "takes the prototype",
        `export default JSON.parse('{"__proto__":{"kind":"auth"},"a":"LOOT"}');`,
        /kind/,
        /LOOT/,
      ],
      [
        "claims another identity",
        manifestText("auth", "sha1"),
        /its folder must have that name/,
        /sha1/,
      ],
    ];
    const folders: URL[] = [];
    for (const [name, text] of table) {
      const folder = new URL(`file://${stage.folder}/m/${name.replaceAll(" ", "_")}/`);
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(new URL("manifest.ts", folder), text);
      await Deno.writeTextFile(
        new URL("control.ts", folder),
        `import it from "./manifest.ts"; console.log(typeof it === "function" ? it() : JSON.stringify(it));`,
      );
      folders.push(folder);
    }
    const found = await readManifests(folders, tools, 2_500); // so that loops end soon
    for (const [at, [name, , why, control]] of table.entries()) {
      await test.step(`a manifest that ${name}`, async () => {
        const manifest = found[at]?.manifest;
        assert(manifest?.ok === false, "it was taken");
        assert.match(manifest.diagnostics.map((problem) => JSON.stringify(problem)).join(), why);
        const child = new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "--no-prompt",
            "--quiet",
            "--no-config",
            `--allow-read=${stage.folder}`,
            filePath(new URL("control.ts", folders[at])),
          ],
          stdin: "null",
          stdout: "piped",
          stderr: "null",
        }).spawn();
        const timer = setTimeout(() => child.kill("SIGKILL"), name === "loops" ? 500 : 10_000);
        const { stdout } = await child.output();
        clearTimeout(timer);
        assert.match(new TextDecoder().decode(stdout).slice(0, 200), control);
      });
    }
  },
});

Deno.test({
  name: "code from elsewhere cannot be consented to, though Deno itself would load it",
  permissions,
  async fn(test) {
    await using stage = await setStage([]);
    const { surroundings, folder } = stage;
    const give = "default () => ({ attack: () => loot, close() {} });";
    const table: readonly (readonly [string, string, RegExp])[] = [
      [
        "a file",
        `import loot from "${surroundings.folder}/other.ts"; export ${give}`,
        /not the plugin's own/,
      ],
      [
        "a file as text",
        `import loot from "${surroundings.secret}" with { type: "text" }; export ${give}`,
        /as text: write it as a module/,
      ],
      [
        "a data URL",
        `import loot from "data:text/javascript,export default 'LOOT'"; export ${give}`,
        /not a file/,
      ],
      [
        "a file, by a literal dynamic import",
        `export default () => ({
          attack: async () => (await import("${surroundings.folder}/other.ts")).default, close() {},
        });`,
        /not the plugin's own/,
      ],
    ];
    for (const [at, [what, text, why]] of table.entries()) {
      await test.step(`code imports ${what}`, async () => {
        const plugin = new URL(`file://${folder}/s/hostile/n${at}/`);
        await Deno.mkdir(plugin, { recursive: true });
        await Deno.writeTextFile(new URL("manifest.ts", plugin), manifestText("hostile", `n${at}`));
        await Deno.writeTextFile(new URL("mod.ts", plugin), text);
        await assert.rejects(pin(plugin, { ...tools, lock: stage.lock, project }), why);
        // Control: Deno reads the literal imports of an entry module without any permission.
        const { stdout } = await new Deno.Command(Deno.execPath(), {
          args: [
            "eval",
            "--no-config",
            "--quiet",
            `import open from "${new URL("mod.ts", plugin)}";
            console.log(await open().attack());`,
          ],
          stdin: "null",
          stderr: "null",
        }).output();
        assert.match(new TextDecoder().decode(stdout), /LOOT/);
      });
    }
  },
});

Deno.test({
  name:
    "two plugins of one identity: the folder decides, and the second does not load as the first",
  permissions,
  async fn() {
    await using stage = await setStage([honest]);
    const twin = new URL(`file://${stage.folder}/elsewhere/hostile/honest/`);
    await Deno.mkdir(twin, { recursive: true });
    const manifest = await Deno.readTextFile(new URL("manifest.ts", stage.module(honest)));
    await Deno.writeTextFile(new URL("manifest.ts", twin), manifest);
    await Deno.writeTextFile(new URL("mod.ts", twin), evil);
    const locked = await pin(twin, { ...tools, lock: stage.lock, project });
    assert.notEqual(locked.at, "./hostile/honest/");
    assert.equal((await stage.contained(honest)).value, "honest");
  },
});

Deno.test("templates are not abused, while plain replacement would widen them", () => {
  const attacks: readonly (readonly ["net" | "read", string, string])[] = [
    ["net", "{v}:80", "10.0.0.1:22,10.0.0.2"],
    ["net", "{v}:80", "0.0.0.0/0"],
    ["net", "{v}:80", "*"],
    ["net", "{v}:80", "10.0.0.1 10.0.0.2"],
    ["net", "{v}", "unix:/run/ha/cluster.sock"],
    ["net", "{v}", ""],
    ["read", "/etc/ha/{v}", "../shadow"],
    ["read", "/etc/ha/{v}", "key,/etc/shadow"],
    ["read", "{v}", "/"],
    ["read", "{v}", "file:///etc/shadow"],
    ["read", "{v}", "/etc/ha/\0/shadow"],
    ["read", "{v}", "/etc/*"],
  ];
  for (const [name, template, v] of attacks) {
    assert(!fill({ [name]: [template] }, { v }).ok, `${template} of ${v}`);
    const naive = template.replace("{v}", v);
    assert.notEqual(naive, template);
    assert.match(naive, /,|\*|\/0| |^$|^unix:|\.\.|^\/$|^file:|\0/, "the control widens it");
  }
});

function manifestText(kind: string, name: string): string {
  return `export default {
    kind: "${kind}", name: "${name}", version: "1.0.0", api: "${kind}/1", summary: { en: "x" },
    config: [], permissions: {}, license: "MIT",
  };`;
}
