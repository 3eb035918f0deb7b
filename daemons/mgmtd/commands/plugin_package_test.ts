/** A plugin travels: packed in one folder, added from the file in another, whatever it holds. */
import assert from "node:assert/strict";
import { createLoader } from "../../../pils/loader.ts";
import { inLocks } from "../../site/consent/locked.ts";
import { pack } from "../package/archive.ts";
import { permissions, project, site } from "./testing/site.ts";

type Site = Awaited<ReturnType<typeof site>>;

const lock = "--lock=site/plugins.lock.json";

/** A notifier, packed, and an empty folder for a site. */
async function packed(it: Site, ...more: readonly string[]): Promise<void> {
  await Deno.mkdir(`${it.here}/site`, { recursive: true });
  assert.equal((await it.ha("plugin new notifier/mine")).code, 0);
  // The names of the standard library are there for everybody.
  await it.edit("notifier/mine/mod.ts", (text) =>
    `import { parseArgs } from "@std/cli/parse-args";\nimport { parse } from "@std/xml";\n${text}` +
    'if (parse("<a/>").root.name.local !== parseArgs(["a"])._[0]) throw new Error("not the same");\n');
  const { code, out } = await it.ha(["plugin pack notifier/mine", ...more].join(" "));
  assert.equal(code, 0, out);
}

/** All paths below a folder. */
function pathsIn(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(`${folder}/${below}`)].flatMap(({ name, isDirectory }) =>
    isDirectory ? pathsIn(folder, `${below}${name}/`) : [`${below}${name}`]
  ).sort();
}

Deno.test({
  name: "a packed plugin is added from its file, loads, is upgraded and stays in its own folder",
  permissions,
  async fn() {
    await using it = await site();
    await packed(it);
    await Deno.remove(`${it.here}/notifier`, { recursive: true }); // as on another machine
    const add = `plugin add pils-notifier-mine-1.0.0.tgz ${lock}`;
    assert.match((await it.ha(add, "n")).out, /notifier\/mine 1\.0\.0[^]*Nothing was changed/);
    assert.deepEqual(pathsIn(`${it.here}/site`), [], "nothing is left of what was refused");
    const added = await it.ha(add, "y");
    assert.equal(added.code, 0, added.out);
    const [folder = ""] = [...Deno.readDirSync(`${it.here}/site/packages`)].map(({ name }) => name);
    assert.match(folder, /^mine-1\.0\.0-[0-9a-f]{12}$/);
    assert.deepEqual(pathsIn(`${it.here}/site/packages/${folder}/notifier/mine`), [
      "README.md",
      "manifest.ts",
      "mod.ts",
      "mod_test.ts",
    ]);
    assert.match((await it.ha(add)).out, /is up to date/, "a second time changes nothing");
    await using loader = createLoader({
      denoPath: Deno.execPath(),
      configFile: new URL(`file://${project}/deno.json`),
      find: inLocks(
        new URL(`file://${it.here}/site/plugins.lock.json`),
        new URL(`file://${project}/plugins/plugins.lock.json`), // has the handler
      ),
    });
    await using loaded = await loader.load("notifier/mine", { config: {} });
    assert.equal(loaded.isolation, "process");

    assert.equal((await it.ha("plugin new notifier/mine")).code, 0);
    await it.edit("notifier/mine/manifest.ts", (text) => text.replace('"1.0.0"', '"1.1.0"'));
    assert.equal((await it.ha("plugin pack notifier/mine --name=@me/mine")).code, 0);
    assert.match((await it.ha(`plugin add me-mine-1.1.0.tgz ${lock} --yes`)).out, /ha plugin upgr/);
    assert.equal([...Deno.readDirSync(`${it.here}/site/packages`)].length, 1);
    const upgraded = await it.ha(`plugin upgrade notifier/mine me-mine-1.1.0.tgz ${lock} --yes`);
    assert.match(upgraded.out, /1\.0\.0 -> 1\.1\.0/);
    assert.equal(upgraded.code, 0, upgraded.out);
    const older = `plugin upgrade notifier/mine pils-notifier-mine-1.0.0.tgz ${lock} --yes`;
    assert.match((await it.ha(older)).out, /is older than 1\.1\.0/);
    assert.equal((await it.ha(`plugin ls ${lock}`)).code, 0);

    await it.edit(`site/packages/${folder}/notifier/mine/mod.ts`, (text) => `${text}// more\n`);
    assert.equal((await it.ha(`${older} --downgrade`)).code, 0, "a changed file is written again");
    const text = await Deno.readTextFile(`${it.here}/site/packages/${folder}/notifier/mine/mod.ts`);
    assert(!text.endsWith("// more\n"));
    await it.edit(`site/packages/${folder}/notifier/mine/mod.ts`, (text) => `${text}// more\n`);
    assert.match((await it.ha(add)).out, /is not what the package holds/);
  },
});

Deno.test({
  name: "a package that lies, needs more or is not readable leaves nothing behind",
  permissions,
  async fn() {
    await using it = await site();
    await packed(it);
    const folder = `${it.here}/notifier/mine`;
    const own = pathsIn(folder).map((path) => ({
      path,
      executable: false,
      bytes: Deno.readFileSync(`${folder}/${path}`),
    }));
    const usual = { name: "x", version: "1.0.0", pils: { kind: "notifier", name: "mine" } };
    const file = (path: string, text: string) => ({
      path,
      executable: false,
      bytes: new TextEncoder().encode(text),
    });
    const said = (change: object) => file("package.json", JSON.stringify({ ...usual, ...change }));
    const table = [
      [[...own], /package\.json: it is not there/],
      [[...own, file("package.json", "{")], /it is not JSON/],
      [[...own, said({ pils: undefined })], /describes no plugin[^]*pils/],
      [[...own, said({ version: "1.0.1" })], /says "1\.0\.1": the manifest says "1\.0\.0"/],
      [[...own, said({ pils: { kind: "auth", name: "mine" } })], /says "auth"/],
      [[...own, said({ pils: { kind: "..", name: "../x" } })], /describes no plugin/],
      [[...own, said({ dependencies: { "left-pad": "1" } })], /it needs "left-pad"/],
      [[...own, said({}), file("deno.json", "{}")], /would change how the code beside it runs/],
      [[said({})], /manifest/],
      [
        [said({}), ...own.filter(({ path }) => path !== "mod.ts")],
        /cannot be pinned[^]*mod\.ts/,
      ],
    ] as const;
    for (const [files, text] of table) {
      await Deno.writeFile(`${it.here}/odd.tgz`, pack(files));
      const { code, out } = await it.ha(`plugin add odd.tgz ${lock}`, "n");
      assert.notEqual(code, 0, out);
      assert.match(out, text);
      assert.deepEqual(pathsIn(`${it.here}/site`), [], `something is left: ${out}`);
    }
    for (
      const [words, text] of [
        ["pils-notifier-mine-1.0.0.tgz", /the lock is the project's own[^]*--lock=/],
        [`absent.tgz ${lock}`, /it cannot be read/],
        ["pils-notifier-mine-1.0.0.tgz --lock=none/l", /none is not there[^]*mkdir -p/],
        [`npm:x ${lock}`, /expected npm:NAME@VERSION/],
        [`npm:x@latest ${lock}`, /expected npm:NAME@VERSION/],
        [`npm:--help@1.0.0 ${lock}`, /expected npm:NAME@VERSION/],
        // One bad package among good ones: none is taken.
        [`pils-notifier-mine-1.0.0.tgz odd.tgz ${lock} --yes`, /Cannot/],
      ] as const
    ) {
      const { code, out } = await it.ha(`plugin add ${words}`);
      assert.notEqual(code, 0, out);
      assert.match(out, text);
      assert.deepEqual(pathsIn(`${it.here}/site`), [], words);
    }
  },
});

Deno.test({
  name: "what is found on this machine only is not packed, nor what is for the author alone",
  permissions,
  async fn() {
    await using it = await site();
    await packed(it);
    for (const name of [".env", "deno.json", "deno.lock", "author.pem", "old.tgz"]) {
      await Deno.writeTextFile(`${it.here}/notifier/mine/${name}`, "{}");
    }
    const { out } = await it.ha("plugin pack notifier/mine --json");
    assert.deepEqual(JSON.parse(out).files.sort(), [
      "README.md",
      "manifest.ts",
      "mod.ts",
      "mod_test.ts",
      "package.json",
    ]);
    const local = `import type { Plugin } from "${project}/pils/plugin.ts";`;
    await it.edit("notifier/mine/mod.ts", (text) => text.replace(/import type \{ Plugin.*/, local));
    const refused = await it.ha("plugin pack notifier/mine");
    assert.match(
      refused.out,
      /mod\.ts: it imports ".*found on this machine only[^]*@pils\/cluster/,
    );
    assert.equal(refused.code, 78);
    assert.match((await it.ha("plugin pack notifier/mine --name=Mine!")).out, /no name of npm/);
  },
});
