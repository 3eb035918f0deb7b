import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { holdAlone } from "./only_one.ts";

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const scratch = `${project}/.test`;

Deno.test("a folder has one recovery manager, and is free when that has ended", {
  permissions: { read: [project], write: [scratch] },
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
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
