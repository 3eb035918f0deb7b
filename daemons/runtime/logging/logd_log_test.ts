import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";

const project = filePath(new URL("../../..", import.meta.url));

for (const how of ["order", "exit"]) {
  Deno.test({
    name: `the last lines of a daemon that ends (${how}) go to standard error without logd`,
    permissions: { read: [project], run: [Deno.execPath()] },
    async fn() {
      const socket = `${project}/.test/no.sock`;
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--no-prompt", "--cached-only", "--quiet", `--config=${project}/deno.json`],
          ...[`--allow-net=unix:${socket}`, `--allow-read=${socket}`, `--allow-write=${socket}`],
          ...[`${project}/daemons/runtime/testdata/without_logd.ts`, how, `${project}/.test`],
        ],
        stdin: "null",
      }).output();
      const lines = new TextDecoder().decode(stderr).trim().split("\n")
        .map((line) => line.replace(/^\S+ /, ""));
      assert.equal(code, 3);
      // The gravest goes there at once, and again with those that nobody took.
      assert.deepEqual(lines, [
        "alice crmd: crit: second",
        "alice crmd: info: first, with ***",
        "alice crmd: crit: second",
      ]);
    },
  });
}
