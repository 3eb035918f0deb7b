import assert from "node:assert/strict";
import { filePath } from "../../../../pils/found.ts";
import { foldersIn, notRunnable, runnableIn } from "./agent_file.ts";

const project = filePath(new URL("../../../../", import.meta.url)).replace(/\/$/, "");
const scratch = `${project}/.test`;

Deno.test("agents are the files of a folder that can be run, by names that are no paths", {
  permissions: { read: [scratch], write: [scratch], run: ["/bin/sh"] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "agents_" });
  try {
    const script = `cd "$1"; mkdir heartbeat .hidden; touch b a .d plain "e f"
      chmod 755 b a .d "e f"; ln -s a c; ln -s nowhere gone; ln -s heartbeat other`;
    await new Deno.Command("/bin/sh", { args: ["-ec", script, "sh", folder] }).output();
    assert.deepEqual(runnableIn(folder), ["a", "b", "c"]);
    assert.deepEqual(foldersIn(folder), ["heartbeat", "other"]);
    assert.deepEqual(runnableIn(`${folder}/none`), []);
    assert.deepEqual(foldersIn(`${folder}/plain`), []);
    assert.throws(() => runnableIn(`${project}/deno.json`), Deno.errors.NotCapable);
    const table: readonly (readonly [string, RegExp])[] = [
      ["none", /none does not exist \[HA7005\]\. Fix: install the agent/],
      ["gone", /gone does not exist/],
      ["heartbeat", /heartbeat is a folder, not an agent/],
      ["plain", /plain is not executable \[HA7005\]\. Fix: chmod \+x/],
    ];
    for (const [name, why] of table) assert.match(notRunnable(`${folder}/${name}`) ?? "", why);
    assert.match(notRunnable("/etc/passwd") ?? "", /cannot be used.*Fix: install the agent again/);
    assert.equal(notRunnable(`${folder}/c`), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
