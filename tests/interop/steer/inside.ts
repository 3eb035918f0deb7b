/**
 * The daily tasks, in namespaces of their own: `steer_test.ts` starts it there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { attempt } from "../resources/report.ts";
import { project } from "../../lab/spaces.ts";
import { plays } from "./plays.ts";
import { tasksIn } from "./table.ts";
import { type Called, World } from "./world.ts";

const tasks = tasksIn(await Deno.readTextFile(`${project}/daemons/mgmtd/README.md`));
await using world = await World.begin();
let failed = false;
for (const { name, commands } of tasks) {
  const ok = await attempt(name, async () => {
    const play = plays[name];
    assert.ok(play, "nothing says what must be so after it");
    await play.before?.(world);
    const all: Called[] = [];
    const from = performance.now();
    for (const words of commands) {
      const called = await world.ha([...words, ...play.more?.(world) ?? []]);
      const shown = `ha ${words.join(" ")}\n${called.out}${called.err}`;
      assert.equal(called.code, play.code ?? 0, shown);
      all.push(called);
    }
    const last = all.at(-1);
    assert.ok(last);
    const took = Math.round(performance.now() - from);
    await world.until(name, () => play.is(world, last, all)).catch((error: unknown) => {
      throw new Error(`${error}\n${last.out}${last.err}`);
    });
    return `${took} ms`;
  });
  failed ||= !ok;
}
if (failed) console.log(await world.logs());
