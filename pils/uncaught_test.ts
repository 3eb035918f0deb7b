import assert from "node:assert/strict";
import { filePath } from "./found.ts";

const project = filePath(new URL("..", import.meta.url)).replace(/\/$/, "");

// In a process of its own, since what counts is what Deno itself prints there.
for (const isolation of ["worker", "process"]) {
  for (const how of ["throw", "reject", "report"]) {
    Deno.test({
      name: `${isolation}: an error that nobody catches (${how}) is told without its secret`,
      permissions: { read: [project], run: [Deno.execPath()] },
      async fn() {
        const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "--no-prompt",
            "--cached-only",
            "--quiet",
            `--config=${project}/deno.json`,
            `--allow-read=${project}`,
            `--allow-run=${Deno.execPath()},/bin/sh`,
            "--allow-env=HOME",
            `${project}/pils/testdata/uncaught.ts`,
            isolation,
            how,
          ],
          stdin: "null",
        }).output();
        const [said, printed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
        assert.ok(success, printed);
        assert.equal(printed, "", "Deno prints nothing by itself");
        assert.doesNotMatch(`${said}`, /sesame/);
        assert.match(`${said}`, /RangeError: not with \*\*\*/, "it is told why nevertheless");
        assert.match(`${said}`, /^restarted: /m);
      },
    });
  }
}
