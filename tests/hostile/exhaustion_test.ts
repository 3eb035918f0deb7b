import assert from "node:assert/strict";
import { exhaustion } from "./exhaustion.ts";
import { some } from "./at_once.ts";
import { keepaliveMs } from "./heart.ts";
import { permissions, setStage, stalledMs } from "./stage.ts";

/** Attacks at the same time, each with its control: most of their time is waiting for a deadline. */
const attacksAtOnce = 2;

Deno.test({
  name:
    `${exhaustion.length} attacks on time, memory, log and protocol are contained, and work without`,
  permissions,
  async fn(test) {
    await using stage = await setStage(exhaustion);
    let latestMs = 0;
    const outcomes = await some(
      attacksAtOnce,
      exhaustion,
      (attack) => Promise.all([stage.contained(attack), stage.control(attack)]),
    );
    for (const [at, attack] of exhaustion.entries()) {
      await test.step(attack.name, () => {
        const [seen, control] = outcomes[at] ?? assert.fail();
        const text = JSON.stringify(seen).slice(0, 2_000);
        assert(attack.contained(seen), `it was not contained: ${text}`);
        latestMs = Math.max(latestMs, seen.lateMs);
        assert(seen.lateMs < stalledMs, `the heart was ${seen.lateMs} ms late`);
        const shown = JSON.stringify({ ...control, printed: control.printed.slice(0, 200) });
        assert(attack.works(control), `the control shows nothing: ${shown.slice(0, 2_000)}`);
      });
    }
    console.log(
      `the heart was ${latestMs.toFixed(1)} ms late at most, of ${keepaliveMs} ms keepalive`,
    );
  },
});
