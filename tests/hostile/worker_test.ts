import assert from "node:assert/strict";
import { worked } from "./attack.ts";
import { authority } from "./authority.ts";
import { keepaliveMs } from "./heart.ts";
import { containedAll, permissions, setStage, stalledMs } from "./stage.ts";

// What ships may import packages and data: they get the worker's own permissions, no more.
const attacks = authority.filter(({ importsOnly }) => importsOnly !== true);

Deno.test({
  name:
    `${attacks.length} attacks on authority are refused in a worker of a daemon that may do more`,
  permissions,
  async fn(test) {
    await using stage = await setStage(attacks, "worker");
    let latestMs = 0;
    const seen = await containedAll(stage, attacks);
    for (const [at, attack] of attacks.entries()) {
      await test.step(attack.name, () => {
        const contained = seen[at];
        assert(contained !== undefined);
        assert(!worked(contained), `it worked: ${JSON.stringify(contained)}`);
        latestMs = Math.max(latestMs, contained.lateMs);
        assert(contained.lateMs < stalledMs, `the heart was ${contained.lateMs} ms late`);
      });
    }
    console.log(
      `the heart was ${latestMs.toFixed(1)} ms late at most, of ${keepaliveMs} ms keepalive`,
    );
  },
});
