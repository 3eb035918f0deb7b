import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));

for (const how of ["throw", "reject"]) {
  Deno.test({
    name:
      `an error that nobody catches in a daemon (${how}) is logged in one line, no secret in it`,
    permissions: { read: [project], run: [Deno.execPath()] },
    async fn() {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--cached-only",
          "--quiet",
          `--config=${project}/deno.json`,
          `${project}/daemons/runtime/testdata/uncaught.ts`,
          how,
        ],
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stderr);
      assert.equal(code, 3);
      assert.equal(stdout.length, 0);
      assert.match(
        said,
        /^\S+ alice daemon: crit: failed: Error: cannot log in with \*\*\* \(.*\*\*\*.*\\u001b\[2J\\u000aFORGED.*\n$/,
      );
      assert.doesNotMatch(said, /sesame|YWRtaW46c2VzYW1l/);
    },
  });
}
