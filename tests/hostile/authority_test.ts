import assert from "node:assert/strict";
import { worked } from "./attack.ts";
import { authority } from "./authority.ts";
import { keepaliveMs } from "./heart.ts";
import { containedAll, permissions, setStage, stalledMs } from "./stage.ts";

Deno.test({
  name: `${authority.length} attacks on authority are refused, and each works without our defence`,
  permissions,
  async fn(test) {
    await using stage = await setStage(authority);
    let latestMs = 0;
    const controls = await stage.controls(authority);
    const seen = await containedAll(stage, authority);
    for (const [at, attack] of authority.entries()) {
      await test.step(attack.name, () => {
        const contained = seen[at];
        assert(contained !== undefined);
        assert(!worked(contained), `it worked: ${JSON.stringify(contained)}`);
        latestMs = Math.max(latestMs, contained.lateMs);
        assert(contained.lateMs < stalledMs, `the heart was ${contained.lateMs} ms late`);
        const control = controls[at];
        assert(
          control !== undefined && worked(control),
          `the control shows nothing: ${JSON.stringify(control)}`,
        );
      });
    }
    console.log(
      `the heart was ${latestMs.toFixed(1)} ms late at most, of ${keepaliveMs} ms keepalive`,
    );
  },
});
