import assert from "node:assert/strict";
import { authority } from "../authority.ts";
import { exhaustion } from "../exhaustion.ts";
import { permissions } from "../stage.ts";
import { measure, type Row, table } from "./measure.ts";
import { nodeSocket, nodeStage } from "./stage.ts";

/** Those that hold a heart up most, and one on authority; `task interop hostile` tries all. */
const names = [
  "read a file",
  "loop for ever",
  "fill the memory beside the heap",
  "write ten thousand lines into the log",
  "emit without end",
];

Deno.test({
  name: "a node whose fencing devices attack it beats on in time, and keeps its other device",
  permissions: { ...permissions, net: ["127.0.0.1", `unix:${nodeSocket}`] },
  async fn(test) {
    const attacks = [...authority, ...exhaustion].filter(({ name }) => names.includes(name));
    assert.equal(attacks.length, names.length);
    await using node = await nodeStage(attacks);
    const rows: Row[] = [];
    for (const attack of attacks) {
      await test.step(attack.name, async () => {
        const row = await measure(node, attack, "device", { onNodeMs: 700 });
        rows.push(row);
        assert.deepEqual(row.wrong, [], await node.log());
      });
    }
    await test.step("a stranger's class of agents loops", async () => {
      const loop = attacks.filter(({ name }) => name === "loop for ever");
      for (const attack of loop) {
        const row = await measure(node, attack, "agents", { onNodeMs: 700 });
        rows.push(row);
        assert.deepEqual(row.wrong, [], await node.log());
      }
    });
    const status = JSON.stringify(await node.status("stonithd"));
    assert.match(status, /"id":"honest","plugin":"stonith\/process","state":"ready"/);
    console.log(table(rows, node.keepaliveMs));
  },
});
