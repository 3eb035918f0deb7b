/**
 * `logd` and its clients as processes: no call of a client waits, and every line is in the file or
 * counted there, while `logd` is stopped, killed and flooded.
 */
import assert from "node:assert/strict";
import { filePath } from "../pils/found.ts";
import type { Flooded } from "./logd/flooder.ts";
import { RunningLogd, sleep } from "./logd/running.ts";

const project = filePath(new URL("..", import.meta.url));
const folder = `${project}/.test/logd`;
const permissions: Deno.PermissionOptions = {
  read: [project],
  write: [folder],
  run: [Deno.execPath()],
};

async function accounted(logd: RunningLogd, flooded: readonly Flooded[]): Promise<void> {
  for (const { name, submitted, waiting, p999 } of flooded) {
    const { lines, different, lost } = await logd.said(name);
    assert.equal(waiting, 0, `${name}: all lines are settled`);
    assert.equal(lines, different, `${name}: no line is there twice`);
    assert.equal(lines + lost, submitted, `${name}: delivered ${lines}, counted ${lost}`);
    // Of few calls the slowest ones are those that the machine has interrupted.
    if (submitted < 10_000) continue;
    assert.ok(p999 < 1_000, `${name}: 99.9 % of its calls took less than ${p999} µs`);
  }
}

Deno.test("no call waits, and no line is lost uncounted, while logd is stopped and killed", {
  permissions,
}, async () => {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const logd = new RunningLogd(folder);
  try {
    await logd.start();
    const flooding = Promise.all([
      logd.flood("quiet", 200, 3_000),
      logd.flood("loud", 25_000, 3_000),
    ]);
    await sleep(800);
    logd.signal("SIGSTOP");
    await sleep(700);
    logd.signal("SIGCONT");
    await sleep(400);
    await logd.end("SIGKILL");
    await sleep(300);
    await logd.start();
    const flooded = await flooding;
    await accounted(logd, flooded);
    const [quiet] = flooded;
    assert.equal(quiet.lost, 0, "a client with few lines loses none to a loud one");
  } finally {
    await logd.end("SIGTERM").catch(() => {});
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
});

Deno.test("a file that somebody moved is opened again on USR1, and no line is lost for it", {
  permissions,
}, async () => {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const logd = new RunningLogd(folder);
  try {
    await logd.start();
    const before = await logd.flood("before", 1_000, 200);
    await accounted(logd, [before]);
    await Deno.rename(logd.file, `${logd.file}.moved`);
    logd.signal("SIGUSR1");
    const after = await logd.flood("after", 1_000, 200);
    await accounted(logd, [after]);
    assert.deepEqual(await logd.said("before"), { lines: 0, different: 0, lost: 0 });
  } finally {
    await logd.end("SIGTERM").catch(() => {});
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
});
