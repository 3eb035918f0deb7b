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

Deno.test("its example can be used", { permissions: { read: [path] } }, () => {
  const [, example = ""] = Deno.readTextFileSync(path).split(/```json\n|```\n/);
  const checked = readNodeConfig(example);
  assert(checked.ok, JSON.stringify(checked));
});
