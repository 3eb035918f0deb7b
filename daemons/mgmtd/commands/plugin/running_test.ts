import assert from "node:assert/strict";
import { filePath } from "../../../../pils/found.ts";
import type { TreeNode } from "../../../../pils/loader_types.ts";
import { connect } from "../../../runtime/client.ts";
import { run } from "../../../runtime/run.ts";
import { reportsOf, textOf } from "./running.ts";

const scratch = filePath(new URL("../../../../.test", import.meta.url));

Deno.test({
  name: "what a running process has loaded is shown as a table and as data, and nothing else",
  permissions: { read: [scratch], write: [scratch], net: [`unix:${scratch}/ha.sock`] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const tree: readonly TreeNode[] = [{
      id: "handler/stonith",
      instance: 2,
      isolation: "inline",
      permissions: {},
      references: 1,
      loadMs: 3,
      restarts: 0,
      children: [{
        id: "stonith/ipmi",
        instance: 1,
        isolation: "process",
        permissions: { net: ["10.0.9.1:623"] },
        references: 1,
        loadMs: 41.7,
        restarts: 2,
        children: [],
      }],
    }];
    const server = await run({
      process: "stonithd",
      node: "alice",
      log: () => {},
      stores: new Map(),
      machines: [],
      listenPath: `${scratch}/ha.sock`,
      loader: {
        load: () => Promise.reject(new Error("nothing is loaded here")),
        tree: () => tree,
        close: () => Promise.resolve(),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
    });
    try {
      await using client = await connect(`${scratch}/ha.sock`);
      assert.deepEqual(client.services(), ["messages@stonithd", "plugins@stonithd"]);
      const reports = await reportsOf(client);
      assert.deepEqual(reports, [{ process: "stonithd", tree }]);
      assert.match(
        textOf(reports),
        /^stonithd\n {2}handler\/stonith#2 +inline .*nothing\n {4}stonith\/ipmi#1 +process +1 +2 +42 ms +net 10\.0\.9\.1:623$/m,
      );
    } finally {
      await server.stop(1_000);
      await server.ended;
    }
  },
});
