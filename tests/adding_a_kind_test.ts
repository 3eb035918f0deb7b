/** The page "Adding a kind of plugin that a node can take", step by step, on a node of one. */
import assert from "node:assert/strict";
import { asked, copied, onNode, permissionsOf, placeOf, sh, shown, until } from "./page_node.ts";

const place = placeOf("kind");
const { copy, folder } = place;

/** One line of a shell in the copy, as a person types it. */
const typed = (line: string) =>
  sh(
    // npx and tasks say there where a person was: in the project, not in the copy.
    `unset INIT_CWD && cd "$1" && program=$2 && deno() { "$program" "$@"; } && ${line}`,
    "sh",
    copy,
    Deno.execPath(),
  );

Deno.test("a plugin of the page's new kind conforms, is pinned and is called by its daemon", {
  permissions: permissionsOf(place),
}, async () => {
  try {
    await copied(place);
    await typed("deno task ha plugin new handler formatter --at plugins");
    const files = shown("kind");
    assert.deepEqual([...files.keys()], [
      "plugins/handler/formatter/contract.ts",
      "plugins/handler/formatter/mod.ts",
      "plugins/handler/formatter/conformance.ts",
      "plugins/formatter/first/mod.ts",
      "daemons/counter/description.ts",
      "daemons/counter/core.ts",
      "daemons/counter/mod.ts",
    ]);
    for (const [path, code] of files) await Deno.writeTextFile(`${copy}/${path}`, code);
    await typed("deno task ha plugin check plugins/formatter/first");
    await typed("deno task lock");
    const lock = await Deno.readTextFile(`${copy}/plugins/plugins.lock.json`);
    assert.ok(Object.hasOwn(JSON.parse(lock).plugins, "formatter/first"));
    await onNode(place, { load: [{ plugin: "formatter/first" }] }, async (client) => {
      await until(client, "counter", (status) =>
        typeof status === "object" && status !== null &&
        /^\d+ of ccm\/view/.test(String(Reflect.get(status, "text"))));
      assert.match(await asked(place), /"text":"\d+ of ccm\/view/);
      const running = await new Deno.Command(Deno.execPath(), {
        args: ["task", "ha", "plugin", "ls", "--running", "--run", `${folder}/run`],
        cwd: copy,
        stdin: "null",
      }).output();
      assert.match(new TextDecoder().decode(running.stdout), /formatter\/first/);
    });
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
});
