/** The help of the benchmarks: it lists names and measures nothing. */
import assert from "node:assert/strict";
import { project } from "./imports.ts";

Deno.test("bench --help prints the names and starts no benchmark", {
  permissions: { run: [Deno.execPath()] },
}, async () => {
  const main = `${project}/tests/bench/main.ts`;
  // It may start no program, so a benchmark would fail.
  const args = ["run", "--no-prompt", "--no-check", main, "--help"];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  assert.equal(code, 0);
  assert.match(new TextDecoder().decode(stdout), /Names: wire, .*pengine\n$/);
});
