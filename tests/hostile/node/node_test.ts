import assert from "node:assert/strict";
import { messageOf } from "../../../metadata/message_of.ts";
import { authority } from "../authority.ts";
import { exhaustion } from "../exhaustion.ts";
import { permissions } from "../stage.ts";
import { deadtimes } from "./deadtimes.ts";
import { inTime, measure, type Row, table } from "./measure.ts";
import { nodeStage } from "./stage.ts";
import { nodeSocket } from "./victim.ts";

/** Those that hold a heart up most, and one on authority; `task interop hostile` tries all. */
const names = [
  "read a file",
  "loop forever",
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
      const loop = attacks.filter(({ name }) => name === "loop forever");
      for (const attack of loop) {
        const row = await measure(node, attack, "agents", { onNodeMs: 700 });
        rows.push(row);
        assert.deepEqual(row.wrong, [], await node.log());
      }
    });
    await test.step("a secret shows nowhere but in the configuration", async () => {
      const canary = "canary & secret";
      await node.device("careless", "careless", { token: canary });
      const refused = await node.device("wrong", "careless", { token: canary, number: canary })
        .then(() => "it was written", messageOf);
      assert.match(refused, /parameter "number" of stonith:careless: the secret that was given/);
      const says = async (text: () => Promise<string>, what: RegExp) => {
        for (let turn = 0; turn < 200 && !what.test(await text()); turn++) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        assert.match(await text(), what);
      };
      const status = async () => JSON.stringify(await node.status("stonithd"));
      await says(node.log, /stonith\/careless: info: logging in with \*\*\*/);
      await says(status, /cannot log in with \*\*\*/);
      const cib = await node.cib();
      assert.match(cib, /name="token" value="canary/, "it is configured");
      const seen = {
        log: await node.log(),
        "why a device was refused": refused,
        "what stonithd says": await status(),
        "arguments and environments": await node.started(),
        "the status in the CIB": cib.slice(cib.indexOf("<status")),
      };
      assert.match(seen["arguments and environments"], /HA_NODE=hostile\d+\/victim/);
      for (const [where, text] of Object.entries(seen)) {
        assert(!text.includes(canary) && !text.includes(encodeURIComponent(canary)), where);
        assert(!text.includes("canary &amp;"), where);
      }
    });
    const status = JSON.stringify(await node.status("stonithd"));
    assert.match(status, /"id":"honest","plugin":"stonith\/process","state":"ready"/);
    console.log(table(rows, node.keepaliveMs));
    const { keepaliveMs } = node;
    const withinMs = deadtimes * keepaliveMs;
    const judged = inTime(rows, { keepaliveMs, withinMs, load: await node.load() });
    assert.notEqual(judged, false, "the node would have been taken for dead");
  },
});
