import assert from "node:assert/strict";
import { notListed } from "./agent.ts";

Deno.test("a plugin that stonith does not list is not there, though stonith describes it", () => {
  const list = "apcmaster\nexternal/ipmi\nexternal/ssh\nnull\n";
  assert.equal(notListed("stonith:external/ssh", list), undefined);
  assert.equal(
    notListed("stonith:external/sssh", list),
    'stonith:external/sssh is not installed on this machine. Did you mean "external/ssh"?',
  );
  // Half a name is none.
  assert.match(notListed("stonith:external", list) ?? "", /is not installed/);
});
