import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { readStatus, statusFile, writeStatus } from "./status_file.ts";

const scratch = filePath(new URL("../../.test", import.meta.url)).replace(/\/$/, "");

Deno.test("what was written is read, the last of several, and nothing half written", {
  permissions: { read: [scratch], write: [scratch] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const run = await Deno.makeTempDir({ dir: scratch, prefix: "status_" });
  try {
    await assert.rejects(readStatus(run), Deno.errors.NotFound);
    const daemon = { name: "lrmd", state: "running", restarts: 2, last: "died" };
    const status = (givenUp: string) => ({ daemons: [daemon], givenUp });
    await Promise.all(["a", "b", "c"].map((givenUp) => writeStatus(run, status(givenUp))));
    assert.deepEqual(await readStatus(run), status("c"));
    assert.equal((await Deno.stat(statusFile(run))).mode! & 0o777, 0o600);
    assert.deepEqual([...Deno.readDirSync(run)].map(({ name }) => name), ["daemons.json"]);
    for (const text of ["{}", `{"daemons":{},"givenUp":""}`, `{"daemons":[]}`, "null", "7"]) {
      await Deno.writeTextFile(statusFile(run), text);
      await assert.rejects(readStatus(run), TypeError, text);
    }
    // What stands there comes from a file: each field is a text or a number, whatever it was.
    await Deno.writeTextFile(
      statusFile(run),
      `{"daemons":[{"name":7,"restarts":"2"}],"givenUp":""}`,
    );
    assert.deepEqual((await readStatus(run)).daemons, [
      { name: "7", state: "undefined", restarts: 2, last: "undefined" },
    ]);
    // One that fails does not hold up the next.
    await assert.rejects(writeStatus(`${run}/none`, {}));
    await writeStatus(run, status(""));
    assert.equal((await readStatus(run)).givenUp, "");
  } finally {
    await Deno.remove(run, { recursive: true });
  }
});
