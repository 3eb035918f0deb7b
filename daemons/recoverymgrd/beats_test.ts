/**
 * When a recovery manager says that it lives: to systemd, and in its file.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { beatMs, ServiceManager } from "./service_manager.ts";
import { readStatus, StatusFile, statusFile, writeStatus } from "./status_file.ts";

const scratch = filePath(new URL("../../.test", import.meta.url)).replace(/\/$/, "");

/** What was said to systemd, with a clock and processes of the test. */
async function saying(
  test: (it: {
    readonly said: string[];
    readonly at: (ms: number) => void;
    readonly end: (code: number | undefined) => Promise<void>;
  }) => Promise<void>,
) {
  const said: string[] = [];
  const platform = { Command: Deno.Command, now: performance.now };
  let nowMs = 1_000_000;
  let end: (code: number | undefined) => void = () => {};
  Reflect.set(performance, "now", () => nowMs);
  Reflect.set(
    Deno,
    "Command",
    class {
      constructor(_program: string, { args }: { readonly args: readonly string[] }) {
        said.push(args.at(-1) ?? "");
      }
      output() {
        return new Promise((resolve, reject) => {
          end = (code) => code === undefined ? reject(new Error("no more")) : resolve({ code });
        });
      }
    },
  );
  try {
    await test({
      said,
      at: (ms) => nowMs += ms,
      async end(code) {
        end(code);
        for (let turn = 0; turn < 10; turn++) await undefined;
      },
    });
  } finally {
    Reflect.set(performance, "now", platform.now);
    Reflect.set(Deno, "Command", platform.Command);
  }
}

Deno.test("systemd hears now and then that this process lives, and at once that the node runs", async () => {
  await saying(async ({ said, at, end }) => {
    const manager = new ServiceManager();
    manager.beat(false);
    assert.deepEqual(said, ["WATCHDOG=1"]);
    manager.beat(true);
    assert.equal(said.length, 1, "one at a time");
    await end(0);
    manager.beat(true);
    assert.deepEqual(said.slice(1), ["READY=1"]);
    await end(0);
    manager.beat(true);
    at(beatMs - 1);
    manager.beat(false);
    manager.beat(true);
    assert.equal(said.length, 2);
    at(1);
    manager.beat(false);
    assert.deepEqual(said.slice(2), ["WATCHDOG=1"]);
    await end(undefined); // no process could be started
    at(beatMs);
    manager.beat(true);
    assert.deepEqual(said.slice(3), ["WATCHDOG=1"], "it is ready once");
    await end(3);
    at(beatMs);
    manager.beat(true);
    assert.equal(said.length, 4, "nobody listens");
  });
});

Deno.test("the file says who wrote it and how often, with what stood there before", {
  permissions: { read: [scratch], write: [scratch] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const run = await Deno.makeTempDir({ dir: scratch, prefix: "beats_" });
  const read = async () => JSON.parse(await Deno.readTextFile(statusFile(run)));
  try {
    const file = new StatusFile(run, 400);
    const before = Date.now();
    await file.write({ daemons: [], givenUp: "x" });
    const { writer, ...rest } = await read();
    assert.deepEqual(rest, { daemons: [], givenUp: "x" });
    assert.equal(writer.pid, Deno.pid);
    assert.equal(writer.everyMs, 1_000);
    assert.ok(writer.atMs >= before && writer.atMs <= Date.now());
    await file.write(null);
    assert.equal((await read()).givenUp, "x", "what is no status changes nothing");
    await new StatusFile(run, 2_000).write(undefined);
    assert.deepEqual([(await read()).writer.everyMs, (await read()).givenUp], [2_000, undefined]);
  } finally {
    await Deno.remove(run, { recursive: true });
  }
});

Deno.test("the file is written again after a second, and not before", {
  permissions: { read: [scratch], write: [scratch] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const run = await Deno.makeTempDir({ dir: scratch, prefix: "beats_" });
  const { now } = performance;
  let nowMs = 5_000;
  Reflect.set(performance, "now", () => nowMs);
  /** All that was ordered before has been written. */
  const written = async () => {
    await writeStatus(`${run}/none`, {}).catch(() => {});
    return await readStatus(run).then(() => true, () => false);
  };
  try {
    const file = new StatusFile(run, 1_000);
    await file.write({ daemons: [], givenUp: "" });
    await Deno.remove(statusFile(run));
    nowMs += 999;
    file.beat();
    assert.equal(await written(), false);
    nowMs += 1;
    file.beat();
    assert.equal(await written(), true);
    await Deno.remove(statusFile(run));
    file.beat();
    assert.equal(await written(), false);
  } finally {
    Reflect.set(performance, "now", now);
    await Deno.remove(run, { recursive: true });
  }
});
