import assert from "node:assert/strict";
import { collectFlag } from "./collect.ts";

Deno.test("a process gives back what its start has left behind, where it may collect", {
  permissions: { run: [Deno.execPath()] },
}, async () => {
  const script = new URL("testdata/collects.ts", import.meta.url).href;
  const heap = async (...flags: string[]) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", ...flags, script],
      stdin: "null",
      stderr: "null",
    }).output();
    const [before = 0, after = 0] = new TextDecoder().decode(stdout).split(" ").map(Number);
    return { before, after };
  };
  const { before, after } = await heap(`--v8-flags=${collectFlag}`);
  assert.ok(before > 20 && after < before / 2, `${before} MiB, then ${after}`);
  // Without the flag nothing collects by itself: else this test shows nothing.
  const { before: begin, after: kept } = await heap();
  assert.ok(kept >= begin, `${begin} MiB, then ${kept}`);
});
