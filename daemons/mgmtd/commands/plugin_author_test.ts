/** What a plugin's author does, from nothing to a plugin that runs, in a folder outside the project. */
import assert from "node:assert/strict";
import { devSession } from "./testing/dev_session.ts";
import { allKinds, isForStrangers, templates, tryKinds } from "./testing/new_kinds.ts";
import { permissions, project, site } from "./testing/site.ts";

/**
 * Here the smallest, one of a new kind and two templates; `task interop authors` tries every kind and
 * every template, with types.
 */
tryKinds([
  ...allKinds.filter(({ words }) => /^(notifier|handler) /.test(words)),
  ...templates.filter(({ loads }) => /^stonith\/by_(http|command)$/.test(loads)),
], ["--no-check"]);

Deno.test({
  name: "a new plugin of every kind and from every template can be consented to as it is",
  permissions,
  async fn() {
    await using it = await site();
    assert(allKinds.length >= 10 && templates.length >= 5);
    const all = [...allKinds, ...templates];
    for (const { words } of all) assert.equal((await it.ha(`plugin new ${words}`)).code, 0);
    const folders = all.filter(isForStrangers).flatMap(({ adds }) => adds).join(" ");
    const { code, out } = await it.ha(`plugin add ${folders} --lock=l --yes`);
    assert.equal(code, 0, out);
  },
});

Deno.test({
  name: "a new plugin names the project by its name, wherever the project lies",
  permissions,
  async fn() {
    await using it = await site();
    for (const { words } of [...allKinds, ...templates]) {
      assert.equal((await it.ha(`plugin new ${words}`)).code, 0);
    }
    const files = [...filesIn(it.here)];
    const { exports } = JSON.parse(await Deno.readTextFile(`${project}/deno.json`));
    assert(files.length > 4 * allKinds.length);
    for (const path of files) {
      const text = await Deno.readTextFile(path);
      assert(!text.includes(project), `${path} holds the path of the project`);
      assert(!/\bfile:\/\//.test(text), `${path} holds an absolute URL`);
      if (!path.endsWith(".ts")) continue;
      for (const [, module = ""] of text.matchAll(/"@pils\/cluster\/([^"]+)"/g)) {
        assert.equal(
          exports[`./${module}`],
          `./${module}`,
          "deno.json exports what authors import",
        );
      }
    }
    const { imports } = JSON.parse(await Deno.readTextFile(`${it.here}/deno.json`));
    assert.equal(imports["@pils/cluster/"], "../../", "the author's editor finds the project");
  },
});

Deno.test({
  name: "an agent is one folder and one line, and a new class of agents shares the project's code",
  permissions,
  async fn() {
    await using it = await site();
    assert.equal((await it.ha("plugin new ra/ours")).code, 0);
    const ours = ["manifest.ts", "mod.ts", "agents.ts", "run.ts"].map((name) =>
      Deno.readTextFileSync(`${it.here}/ra/ours/${name}`)
    );
    assert(ours.join("").split("\n").length < 90, "what it holds beside its agents is short");
    assert.equal((await it.ha("plugin new agent Lamp --at=ra/ours")).code, 0);
    const agents = await Deno.readTextFile(`${it.here}/ra/ours/agents.ts`);
    const line = 'export * as Lamp from "./agents/Lamp/agent.ts";\n';
    assert.equal(agents, ours[2] + line);
    await it.edit("ra/ours/mod_test.ts", (text) =>
      text.replace(
        "{ agent, parameters: { port } }",
        `{ agent: { type: "Lamp" }, parameters: { state: "${it.here}/lamp" } }`,
      ));
    const { code, out } = await it.ha("plugin check ra/ours --no-check");
    assert.equal(code, 0, out);
    assert.match(out, /RA3: monitor says 7 before start, 0 after it[^\n]*ok/);
    for (
      const [words, said] of [
        ["Lamp --at=ra/ours", /is there already/],
        ["default --at=ra/ours", /no type of an agent/],
        ["../../x --at=ra/ours", /is too much/],
        ["Lamp", /no .*agents\.ts \[HA\d{4}\]\. Fix: ha plugin new ra\/NAME/],
      ] as const
    ) {
      const refused = await it.ha(`plugin new agent ${words}`);
      assert.notEqual(refused.code, 0);
      assert.match(refused.out, said);
    }
  },
});

Deno.test({
  name: "an agent of one's own is a plugin of its own, with its manifest, service and tests",
  permissions,
  async fn() {
    await using it = await site();
    const { code, out } = await it.ha("plugin new ra-agent Shop");
    assert.equal(code, 0, out);
    assert.match(
      await Deno.readTextFile(`${it.here}/ra/shop/agents/Shop/manifest.ts`),
      /type: "Shop"/,
    );
    for (const file of ["mod_test.ts", "agents.ts", "README.md", "manifest.ts"]) {
      assert.doesNotMatch(await Deno.readTextFile(`${it.here}/ra/shop/${file}`), /Example|"agent"/);
    }
    const checked = await it.ha("plugin check ra/shop");
    assert.equal(checked.code, 0, checked.out);
    assert.match(checked.out, /RA3: monitor says 7 before start, 0 after it[^\n]*ok/);
    assert.match(checked.out, /its page is for those who have the token[^\n]*ok/);
    for (
      const [words, said] of [["Shop", /there already/], ["a-b", /no type of an agent/]] as const
    ) {
      const refused = await it.ha(`plugin new ra-agent ${words}`);
      assert.notEqual(refused.code, 0);
      assert.match(refused.out, said);
    }
  },
});

Deno.test({
  name: "an agent whose module cannot be loaded is named when it is checked and when it is added",
  permissions,
  async fn() {
    await using it = await site();
    assert.equal((await it.ha("plugin new ra/ours")).code, 0);
    assert.equal((await it.ha("plugin new agent Lamp --at=ra/ours")).code, 0);
    const file = "ra/ours/agents/Lamp/actions.ts";
    const whole = await Deno.readTextFile(`${it.here}/${file}`);
    // Found as it stands.
    for (
      const [line, said] of [
        ['import "./gone.ts";', /Module not found .*Lamp\/gone\.ts.*Fix: add the file/],
        ['import "node:gone";', /actions\.ts imports node:gone, which Node does not have/],
      ] as const
    ) {
      await it.edit(file, () => `${line}\n${whole}`);
      for (const command of ["check", "add"]) {
        const refused = await it.ha(`plugin ${command} ra/ours`);
        assert.notEqual(refused.code, 0);
        assert.match(refused.out, said);
      }
    }
    // Found by loading it. The test of the plugin uses another agent.
    await it.edit(file, () => `if (Date.now() > 0) throw new Error("no lamp");\n${whole}`);
    const { code, out } = await it.ha("plugin check ra/ours --no-check");
    assert.notEqual(code, 0);
    assert.match(out, /RA6.*FAILED/);
    assert.match(
      out,
      /Cannot load actions of agent "Lamp": no lamp\b[^]*Fix: /,
    );
  },
});

Deno.test({
  name: "what `ha plugin new` cannot do it says, with what there is instead",
  permissions,
  async fn() {
    await using it = await site();
    const table = [
      ["stonit mine", 105, /no kind "stonit"\. Did you mean "stonith"\?/],
      ["frobnicator mine", 105, /new kind: ha plugin new handler frobnicator/],
      ["stonith Mine", 2, /no name/],
      ["stonith mine --like=proces", 105, /kind stonith "proces"\. Did you mean "process"/],
      ["handler stonith", 108, /There is a kind "stonith" already/],
    ] as const;
    for (const [words, code, text] of table) {
      const said = await it.ha(`plugin new ${words}`);
      assert.equal(said.code, code, said.out);
      assert.match(said.out, text);
    }
  },
});

Deno.test({
  name:
    "ha plugin dev has a device used by a node, keeps it through an edit that is broken, and ends clean",
  permissions,
  async fn() {
    await using it = await site();
    assert.equal((await it.ha("plugin new stonith mine")).code, 0);
    await using dev = devSession(it, "stonith/mine", "hostlist=eve");
    const first = await dev.round();
    assert.equal(first.ok, true, dev.said());
    assert.deepEqual([first.place, first.isolation], ["stonithd", "process"]);
    assert.deepEqual(first.granted, { run: ["/bin/sh"] });
    assert.equal(first.lines?.[0], "list: eve");
    assert.match(dev.said(), /start \/bin\/sh, which then may do whatever/);

    await it.edit("stonith/mine/mod.ts", (text) => text.replace("export default", "export defalt"));
    const broken = await dev.round();
    assert.match(broken.problems?.[0]?.fix ?? "", /./, dev.said());
    assert.match(
      dev.said(),
      /stonith\/mine\/mod\.ts:\d+[^]*The sandbox keeps the previous version/,
    );

    await it.edit("stonith/mine/manifest.ts", (text) => text.replace("1.0.0", "1.2.3"));
    await it.edit("stonith/mine/mod.ts", (text) => text.replace("export defalt", "export default"));
    const fixed = await dev.round();
    assert.deepEqual([fixed.ok, fixed.version, fixed.started], [true, "1.2.3", "stonithd"]);
    assert.equal((await dev.now()).some((line) => line.includes("stonithd/mod.ts")), true);
    assert.equal(await dev.end("SIGTERM"), 143);
    assert.deepEqual(await dev.left(), []);
  },
});

Deno.test({
  name: "reference pages are made for every kind and every plugin, with nothing left out",
  permissions,
  async fn() {
    await using it = await site();
    assert.equal((await it.ha("plugin docs --to=pages --lock=l")).code, 0);
    const names = (path: string) =>
      [...Deno.readDirSync(`${project}/plugins/${path}`)]
        .filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
    const index = await Deno.readTextFile(`${it.here}/pages/README.md`);
    for (const kind of names("handler")) {
      const page = await Deno.readTextFile(`${it.here}/pages/${kind}/README.md`);
      const suite = await Deno.readTextFile(
        `${project}/plugins/handler/${kind}/conformance.ts`,
      );
      for (const [, id] of suite.matchAll(/^ {4}id: "([A-Z0-9]+)"/gm)) {
        assert(page.includes(`**${id}**`), `${kind} ${id}`);
      }
      assert.match(page, /\| required \| [0-9.]+ s \|/);
      for (const name of names(kind)) {
        assert(page.includes(`\`${kind}/${name}\``), `${kind}/${name} in the page of its kind`);
        assert(index.includes(`(${kind}/${name}.md)`));
        const own = await Deno.readTextFile(`${it.here}/pages/${kind}/${name}.md`);
        assert.match(own, /## What it asks[^]*## Configuration/);
      }
    }
    assert.match((await it.ha("plugin docs stonit --lock=l")).out, /no kind "stonit"/);
  },
});

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}
