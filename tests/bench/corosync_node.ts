/**
 * A member of a group of Corosync's CPG, for `corosync_bench.ts`: sends, or receives and answers.
 *
 *     corosync_node.ts LIBRARY sender|receiver
 *
 * @module
 */
import { Group } from "../../plugins/medium/corosync/group.ts";

/** The same counts as in `stream_service.ts`. */
const messages = 60_000;
const roundTrips = 2_000;
const confirmedAtOnce = 200;
const sizes = [200, 1_400];
const receivers = 2;
/** Milliseconds that the receivers have to join. */
const settleMs = 2_000;

const [library = "", role = ""] = Deno.args;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const bodyOf = (text: string, bytes = 32) => encoder.encode(text.padEnd(bytes, "."));

let take: (text: string, from: string) => void = () => {};
const group = await Group.join(library, "bench", (bytes, from) => {
  take(decoder.decode(bytes.subarray(0, 32)), from);
});

/** Sends, as soon as Corosync takes it. */
async function send(body: Uint8Array): Promise<void> {
  while (group.send(body) < 0) await new Promise((resolve) => setTimeout(resolve, 0));
}

if (role === "receiver") {
  let expected = 0;
  take = (text) => {
    if (text.startsWith("ping")) void send(bodyOf(text.replace("ping", "pong")));
    if (!text.startsWith("data")) return;
    const number = Number(text.slice(4, 12));
    if (number === 0) expected = 0;
    if (number !== expected++) throw new Error(`message ${number} instead of ${expected - 1}`);
    if (expected % confirmedAtOnce === 0) void send(bodyOf(`done${expected}`.padEnd(12, " ")));
  };
} else {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  for (const bytes of sizes) {
    const confirmed = new Map<string, number>();
    const all = Promise.withResolvers<void>();
    take = (text, from) => {
      if (!text.startsWith("done")) return;
      confirmed.set(from, Number(text.slice(4, 12)));
      const whole = [...confirmed.values()].filter((count) => count === messages).length;
      if (whole === receivers) all.resolve();
    };
    const startedAt = performance.now();
    for (let number = 0; number < messages; number++) {
      await send(bodyOf(`data${String(number).padStart(8, "0")}`, bytes));
      // What the receivers say must be read meanwhile.
      if (number % 64 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await all.promise;
    const perSecond = messages / (performance.now() - startedAt) * 1000;
    const took: number[] = [];
    for (let ping = 0; ping < roundTrips; ping++) {
      const answered = Promise.withResolvers<void>();
      take = (text) => {
        if (text.startsWith("pong") && Number(text.slice(4, 12)) === ping) answered.resolve();
      };
      const at = performance.now();
      await send(bodyOf(`ping${String(ping).padStart(8, "0")}`, bytes));
      await answered.promise;
      took.push(performance.now() - at);
    }
    took.sort((a, b) => a - b);
    const at = (part: number) => took[Math.floor(took.length * part)];
    console.log(JSON.stringify({ bytes, perSecond, p50: at(0.5), p99: at(0.99) }));
  }
}
for await (const _ of Deno.stdin.readable);
Deno.exit(0);
