/**
 * What is kept of a long text keeps no more than itself.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse, stringify } from "@std/xml";
import { ownText, ownTree } from "./own_text.ts";

const project = decodeURIComponent(new URL("..", import.meta.url).pathname);

Deno.test({
  name: "what is kept of a long text does not keep the whole text in memory",
  permissions: { run: [Deno.execPath()] },
  async fn() {
    // A program of its own: in this process the heap depends on the tests before.
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--cached-only",
        "--quiet",
        "--v8-flags=--expose-gc",
        `--config=${project}deno.json`,
        `${project}metadata/testdata/kept_texts.ts`,
      ],
      stdin: "null",
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const said = new TextDecoder().decode(stdout);
    const mb = new Map(
      said.trim().split("\n").map((line) => line.split(" ")).map(
        ([name = "", grown]) => [name, Number(grown)],
      ),
    );
    assert.ok(mb.get("ownText")! < 10 && mb.get("ownTree")! < 10, said);
    // The engine does keep them: else this test shows nothing.
    assert.ok(mb.get("part")! > 40 && mb.get("tree")! > 40, said);
  },
});

Deno.test("the copies are equal, character by character", () => {
  for (
    const text of ["", "short", "\ud800 a lone surrogate", "ü😀".repeat(20), "__proto__ and more"]
  ) {
    assert.equal(ownText(text), text);
  }
  const xml =
    `<cib xmlns:long-prefix-of-a-name="u" __proto__="x"><long-prefix-of-a-name:element-name ` +
    `constructor="a value of some length">a text of some length<!-- a comment of some length -->` +
    `</long-prefix-of-a-name:element-name></cib>`;
  const { root } = parse(xml);
  const own = ownTree(root);
  assert.deepEqual(own, root);
  assert.equal(stringify(own), stringify(root));
  assert.equal(own.attributes["toString"], undefined);
});
