/**
 * Runs in a process before its plugin: `boot.ts` over frames on standard input and output. When the
 * input ends, the daemon is gone and this process exits.
 *
 * @module
 */
import { collectOnce } from "../metadata/collect.ts";
import { serve } from "./boot.ts";
import { FrameReader } from "./frame.ts";
import { frameOf, type FromPlugin, type ToPlugin } from "./message.ts";

const { stdin, stdout, exit } = Deno; // kept here, since the plugin is not to have them

/** Writes synchronously: a daemon that reads slowly slows its plugin, and nothing piles up. */
function send(message: FromPlugin): void {
  const frame = frameOf(message);
  for (let at = 0; at < frame.length;) at += stdout.writeSync(frame.subarray(at));
}

collectOnce(); // before its `gc` is taken from the plugin
const take = serve(send, () => exit(0));
const frames = new FrameReader();
const chunk = new Uint8Array(1 << 16);
try {
  for (let length; (length = await stdin.read(chunk)) !== null;) {
    for (const [, message] of frames.take(chunk.subarray(0, length))) take(message as ToPlugin);
  }
} finally {
  exit(0);
}
