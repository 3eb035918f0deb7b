/**
 * The part, in namespaces of its own: `database.ts` starts it there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { attempt } from "../resources/report.ts";
import { Story, type Times } from "./story.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "1" },
    keepalive: { type: "string", default: "50" },
    deadtime: { type: "string", default: "200" },
  },
});
const faults: Readonly<Record<string, (story: Story) => Promise<Times>>> = {
  "the coordinator, which has the database, loses power": (story) => story.powerOff(true),
  "another node, which has the database, loses power": (story) => story.powerOff(false),
  "the coordinator loses power, the database is elsewhere": (story) => story.powerOffBystander(),
  "PostgreSQL alone is killed, and recovers in place": (story) => story.kill(),
};

const shown = (times: Times): string =>
  Object.entries(times).map(([step, ms]) => `${step} ${ms} ms`).join(", ");

const found: Record<string, Times[]> = {};
const story = await Story.begin(Number(values.keepalive), Number(values.deadtime));
let comparison: unknown;
try {
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [what, run] of Object.entries(faults)) {
      const ok = await attempt(what, async () => {
        const times = await run(story);
        (found[what] ??= []).push(times);
        return shown(times);
      });
      if (!ok) console.log(await story.logs());
    }
  }
  await attempt("no acknowledged row is lost, and the database was never open twice", async () => {
    const { acknowledged, found, lost } = await story.writer.compare();
    comparison = { acknowledged, found, lost: lost.length, doubled: story.doubled };
    assert.deepEqual(lost, []);
    assert.equal(story.doubled, 0);
    assert.ok(acknowledged > 100, `${acknowledged} rows were acknowledged`);
    return `${acknowledged} acknowledged, ${found} in the database`;
  });
} finally {
  await story[Symbol.asyncDispose]();
}
console.log(JSON.stringify({ ...found, rows: comparison }));
Deno.exit(Deno.exitCode);
