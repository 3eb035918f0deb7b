import assert from "node:assert/strict";
import { startThread } from "./thread.ts";

const moduleOf = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

function thread(code: string, log: (text: string) => void = () => {}) {
  return startThread({
    name: "tried",
    module: moduleOf(`self.onmessage = ({ data }) => { ${code} };`),
    permissions: "none",
    setup: {},
    log: (_service, _level, text) => log(text),
  });
}

Deno.test("a thread is alive when it answers, and says whether its machines run", async () => {
  const one = thread(`
    if (data.type === "ping") postMessage({ type: "alive", running: self.told === true });
    if (data.type === "told") self.told = true;
    if (data.type === "stop") postMessage({ type: "ended", exitCode: 0 });`);
  assert.equal(await one.alive?.(), false);
  one.tell("run");
  assert.equal(await one.alive?.(), true);
  await one.stop(1_000);
});

Deno.test("a thread that answers nothing is not alive, and is asked once", async () => {
  const pings: string[] = [];
  const asked = Promise.withResolvers<void>();
  const one = thread(
    `
    const say = (text) => postMessage({ type: "log", service: "", level: "info", text });
    if (data.type === "ping") say("ping");
    if (data.type === "told") say("told");
    if (data.type === "stop") postMessage({ type: "ended", exitCode: 0 });`,
    (text) => text === "told" ? asked.resolve() : void pings.push(text),
  );
  let answered = false;
  for (let turn = 0; turn < 3; turn++) void one.alive?.().then(() => answered = true);
  one.tell("what");
  await asked.promise;
  assert.deepEqual([pings, answered], [["ping"], false]);
  await one.stop(1_000);
});

for (const fails of ["at the start", "later"] as const) {
  Deno.test(`a thread that fails ${fails} says so, once, and its process hears why`, async () => {
    const lines: string[] = [];
    const one = startThread({
      name: "failing",
      module: new URL("testdata/failing_thread.ts", import.meta.url),
      permissions: "none",
      setup: { fails },
      log: (_service, level, text) => void lines.push(`${level} ${text.split("\n")[0]}`),
    });
    const [said, why] = fails === "later"
      ? ["crit failed: Error: it fell", /it fell/]
      : ["crit cannot start: it has no legs", /it has no legs/];
    await assert.rejects(one.ended, why);
    assert.deepEqual(lines.filter((line) => line.startsWith("crit")), [said]);
    await one.stop(100);
  });
}
