/** What a plugin's author does, from nothing to a plugin that runs, in a folder outside the project. */
import assert from "node:assert/strict";
import { allKinds, tryKinds } from "./new_kinds.ts";
import { permissions, project, site } from "./site.ts";

/** Here the smallest and one of a new kind; `task interop authors` tries every kind, with types. */
tryKinds(allKinds.filter(({ words }) => /^(notifier|handler) /.test(words)), ["--no-check"]);

Deno.test({
  name: "a new plugin of every kind can be consented to as it is",
  permissions,
  async fn() {
    await using it = await site();
    assert(allKinds.length >= 10);
    for (const { words } of allKinds) assert.equal((await it.ha(`plugin new ${words}`)).code, 0);
    const folders = allKinds.flatMap(({ adds }) => adds).join(" ");
    const { code, out } = await it.ha(`plugin add ${folders} --lock=l --yes`);
    assert.equal(code, 0, out);
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
      ["stonith mine --like=proces", 105, /no "stonith\/proces"\. Did you mean "process"/],
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
  name: "ha plugin dev loads and tests a plugin again when a file of it changes",
  permissions,
  async fn() {
    await using it = await site();
    assert.equal((await it.ha("plugin new notifier mine")).code, 0);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--cached-only",
        `--allow-run=${Deno.execPath()}`,
        `--allow-read=${project}`,
        "--allow-env=INIT_CWD",
        `${project}/daemons/mgmtd/ha.ts`,
        ..."plugin dev notifier/mine --no-check --lock=l".split(" "),
      ],
      env: { INIT_CWD: it.here, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let said = "";
    const reading = [child.stdout, child.stderr].map(async (stream) => {
      for await (const chunk of stream.pipeThrough(new TextDecoderStream())) said += chunk;
    });
    try {
      await until(() => /is loaded as process[^]*waiting for a change/.test(said), () => said);
      const before = said.length;
      await it.edit("notifier/mine/manifest.ts", (text) => text.replace("1.0.0", "1.2.3"));
      await it.edit("notifier/mine/mod.ts", (text) => text.replace("what}: ${why", "why}: ${what"));
      // It is another plugin now, which its test finds out.
      await until(
        () =>
          /changed, once more[^]*does not conform[^]*goes on with what it has[^]*waiting/.test(
            said.slice(before),
          ),
        () => said.slice(before),
      );
      const then = said.length;
      await it.edit("notifier/mine/mod.ts", (text) => text.replace("why}: ${what", "what}: ${why"));
      await until(
        () => /mine conforms[^]*is loaded as process/.test(said.slice(then)),
        () => said.slice(then),
      );
    } finally {
      child.kill("SIGTERM");
      await child.status;
      await Promise.all(reading);
    }
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

/** Waits until it holds, a minute at most: the machine may have much else to do. */
async function until(holds: () => boolean, said: () => string): Promise<void> {
  for (let turn = 0; turn < 1_200; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`not within a minute: ${said()}`);
}
