/** The page "Adding a daemon", step by step: a copy of the project, the files of the page, a node. */
import assert from "node:assert/strict";
import { asked, copied, onNode, permissionsOf, placeOf, until } from "./page_node.ts";

const place = placeOf("counter");

Deno.test("the daemon of the page compiles, is started by the recovery manager and counts", {
  permissions: permissionsOf(place),
}, async () => {
  try {
    await copied(place);
    await onNode(place, {}, async (client) => {
      await until(client, "counter", (status) =>
        typeof status === "object" && status !== null &&
        Number(Reflect.get(status, "ccm/view")) > 0 &&
        Number(Reflect.get(status, "cib/changed")) > 0);
      assert.match(await asked(place), /"ccm\/view":[1-9]/);
      assert(client.services().includes("plugins@counter"), "ha plugin ls --running shows it");
      const { daemons } = JSON.parse(await Deno.readTextFile(`${place.folder}/run/daemons.json`));
      assert.deepEqual(
        daemons.map(({ name }: { readonly name: string }) => name),
        ["heartbeat", "stonithd", "lrmd", "pengine", "counter", "cluster"],
      );
    });
  } finally {
    await Deno.remove(place.folder, { recursive: true }).catch(() => {});
  }
});
