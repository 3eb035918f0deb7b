import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { readNodeConfig } from "./read.ts";
import { withFields } from "./reference.ts";

const path = filePath(new URL("./README.md", import.meta.url));

/** Without what only the formatter decides. */
const words = (text: string) =>
  text.replace(/-{3,}/g, "---").replace(/\\([_*])/g, "$1").split(/\s+/).filter(Boolean);

Deno.test("the reference has the fields as they are", { permissions: { read: [path] } }, () => {
  const readme = Deno.readTextFileSync(path);
  assert.deepEqual(
    words(readme),
    words(withFields(readme)),
    "Fix: run daemons/site/node_config/reference.ts as it says, then deno fmt",
  );
});

Deno.test("its examples can be used, without a warning", { permissions: { read: [path] } }, () => {
  const readme = Deno.readTextFileSync(path);
  const texts = [...readme.matchAll(/```json\n([^]*?)```\n/g)].map(([, text = ""]) => text);
  const sizes = texts.map((text) => {
    const checked = readNodeConfig(text);
    assert(checked.ok, JSON.stringify(checked));
    assert.deepEqual(checked.warnings, []);
    return checked.value.nodes.length;
  });
  // The first one introduces the page.
  assert.deepEqual(sizes, [3, 2, 3, 5]);
});
