/**
 * A plugin process that speaks the protocol itself, badly: each call ends, in an answer or an error
 * that says why, and the daemon's own objects stay as they are.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { connectProcess } from "../../pils/process.ts";
import { startRemote } from "../../pils/remote.ts";
import type { Order } from "../../pils/running.ts";
import { playedOrder } from "../../pils/testdata/played_order.ts";
import { project } from "./stage.ts";

/** What the first call comes to: its answer as JSON, or a part of its error. */
const table: Readonly<Record<string, RegExp>> = {
  "answer before any question": /cannot start: .*answered call 7, which nobody made/,
  "offer methods of nobody": /^say: 1$/,
  "offer what is no list": /^: no such method$/,
  "answer twice": /^say: 1$/,
  "answer with an error and a value": /^error: __proto__: no$/,
  "answer the start again": /^say: 1$/,
  "answer what nobody asked": /answered call 3, which nobody made/,
  "an id that is a text": /broke the protocol/,
  "an id of 1e309": /broke the protocol/,
  "numbers without bounds": /^say: \[null,null\]$/,
  "half of a character": /^say: "\\ud800"$/,
  "names of prototypes":
    /^say: \{"constructor":\{"prototype":\{"polluted":3\}\},"then":1,"toJSON":1\}$/,
  "bytes that are none": /broke the protocol: .*base64/,
  "bytes that are a list": /broke the protocol/,
  "5,000 levels": /nested more than 64 deep/,
  "a million values": /more than 50000 values/,
  "a frame of 4 GiB": /4294967295 bytes; the limit is 16777216/,
  "a frame of nothing": /broke the protocol/,
  "a frame of no type": /unknown type 255/,
  "a frame that is no UTF-8": /broke the protocol: .*not valid/,
  "a frame of another type": /type 5 holds another/,
  "null": /type 0 holds another/,
  "one byte at a time": /^say: 1$/,
  "half a frame, then silence": /none of 3 pings/,
  "events without end": /more than \d+ (?:upcalls|frames) in a second/,
  "pongs without end": /more than \d+ frames in a second|reading it takes more/,
  "old answers without end": /more than \d+ frames in a second|reading it takes more/,
  "standard error without an end": /more than \d+ bytes in a second|reading it takes more/,
  "close the output, and live": /none of 3 pings/,
  "leave in the middle of a call": /ended with code 0/,
};

const scratch = `${filePath(project)}/.test`;
const limits = {
  ...playedOrder.limits,
  callMs: 20_000,
  pingMs: 500,
  pingsMissedMax: 3,
  framesPerSecondMax: 20_000,
  emitsPerSecondMax: 10_000,
  saidBytesPerSecondMax: 16 * 1024 * 1024,
  restartsMax: 0,
};

/** Attacks at the same time. */
const atOnce = 4;

Deno.test("a process that speaks the protocol badly ends no daemon, and no call waits for it", {
  permissions: { read: [scratch], write: [scratch], run: ["/bin/sh"] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "raw_" });
  const names = Object.keys(table);
  try {
    const worker = async () => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) {
        const outcome = await attacked(name, `${folder}/${names.length}`);
        assert.match(outcome, table[name] ?? / /, name);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  assert.equal(Object({})["polluted"], undefined);
});

/** Loads the plugin of an attack, calls it and closes it. */
async function attacked(name: string, denoPath: string): Promise<string> {
  const plugin = filePath(new URL("raw_plugin.ts", import.meta.url));
  const words = [Deno.execPath(), "run", "--quiet", "--no-config", plugin, name];
  const script = `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(" ")}\n`;
  await Deno.writeTextFile(denoPath, script, { mode: 0o700 });
  const order: Order = { ...playedOrder, limits, child: { denoPath }, deadlineMs: 20_000 };
  const plain = (error: unknown) => String(error).slice(0, 300);
  let running;
  try {
    running = await startRemote(order, connectProcess);
  } catch (error) {
    return `cannot start: ${plain(error)}`;
  }
  try {
    const say = running.api["say"];
    if (say === undefined) return ": no such method";
    return `${running.methods.join()}: ${JSON.stringify(await say("it"))}`;
  } catch (error) {
    return `error: ${plain(error)}`;
  } finally {
    await running.close(2_000).catch(() => {});
  }
}
