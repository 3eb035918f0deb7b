import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { holdAlone } from "./only_one.ts";

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const scratch = `${project}/.test`;

Deno.test("a folder has one recovery manager, and is free when that has ended", {
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "only_one_" });
  const [run, state] = [`${folder}/run`, `${folder}/state`];
  try {
    await Deno.mkdir(run);
    await Deno.mkdir(state);
    const first = await holdAlone([run, state]);
    // Another run folder with the same state is no other node; nor the other way round.
    for (const folders of [[run, state], [folder, state], [run, folder]]) {
      await assert.rejects(
        holdAlone(folders),
        new RegExp(
          `this node runs already: process ${Deno.pid} holds .*recoverymgrd.lock" \\[HA9001\\]. Fix: stop`,
        ),
      );
    }
    first.close();
    (await holdAlone([run, state])).close();
    (await holdAlone([folder, folder])).close();
    // What stands there instead is named, and what a link leads to stays as it is.
    const lock = `${run}/recoverymgrd.lock`;
    await Deno.remove(lock);
    await Deno.mkdir(lock);
    const named = /run\/recoverymgrd\.lock": it is no plain file .*Fix: remove it/;
    await assert.rejects(holdAlone([state, run]), named);
    await Deno.remove(lock);
    await Deno.writeTextFile(`${folder}/kept`, "kept");
    await new Deno.Command("/bin/sh", { args: ["-c", `ln -s ${folder}/kept ${lock}`] }).output();
    await assert.rejects(holdAlone([state, run]), named);
    assert.equal(await Deno.readTextFile(`${folder}/kept`), "kept");
    await Deno.remove(lock);
    (await holdAlone([state, run])).close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
