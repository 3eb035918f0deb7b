import assert from "node:assert/strict";
import { exhaustion } from "./exhaustion.ts";
import { deadtimeMs, keepaliveMs, permissions, setStage } from "./stage.ts";

Deno.test({
  name:
    `${exhaustion.length} attacks on time, memory, log and protocol are contained, and work without`,
  permissions,
  async fn(test) {
    await using stage = await setStage(exhaustion);
    let latestMs = 0;
    for (const attack of exhaustion) {
      await test.step(attack.name, async () => {
        const [seen, control] = await Promise.all([
          stage.contained(attack),
          stage.control(attack),
        ]);
        const text = JSON.stringify(seen).slice(0, 2_000);
        assert(attack.contained(seen), `it was not contained: ${text}`);
        latestMs = Math.max(latestMs, seen.lateMs);
        assert(seen.lateMs < deadtimeMs, `the heart was ${seen.lateMs} ms late`);
        const shown = JSON.stringify({ ...control, printed: control.printed.slice(0, 200) });
        assert(attack.works(control), `the control shows nothing: ${shown.slice(0, 2_000)}`);
      });
    }
    console.log(
      `the heart was ${latestMs.toFixed(1)} ms late at most, of ${keepaliveMs} ms keepalive`,
    );
  },
});
