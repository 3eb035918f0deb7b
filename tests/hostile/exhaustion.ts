/**
 * Attacks on time, memory, the log and the protocol between a daemon and its plugin.
 *
 * @module
 */
import type { Attack } from "./attack.ts";
import type { Printed } from "./control.ts";
import type { Seen } from "./stage.ts";
import type { Outcome } from "./attack.ts";

/** An attack whose success shows otherwise than by loot. */
export interface Exhaustion extends Attack {
  /** What the daemon must see when it contains the attack. */
  readonly contained: (seen: Outcome & Seen) => boolean;
  /** What shows that the attack works where nothing contains it. */
  readonly works: (outcome: Outcome & Printed) => boolean;
}

const none: Attack["control"] = () => [];
const heldUp = ({ printed }: Printed) => !printed.includes("ALIVE") && !printed.includes("value");
const gotLoot = ({ value }: Outcome) => value?.includes("LOOT") ?? false;
const fault = (what: string, why = /./) => ({ faults }: Seen) =>
  faults.some((one) => one.what === what && why.test(one.why));
const refused = (why: RegExp) => ({ error }: Outcome) => why.test(error ?? "");

/** A frame by hand, past the boot module, on standard output. */
const frames = `import fs from "node:fs";
const types = ["value", "error", "died", "emit", "log", "pong"];
const frame = (text, type = /"type":"(\\w+)"/.exec(text)?.[1]) => {
  const bytes = new TextEncoder().encode(text);
  const all = new Uint8Array(5 + bytes.length);
  new DataView(all.buffer).setUint32(0, bytes.length);
  all[4] = Math.max(0, types.indexOf(type));
  all.set(bytes, 5);
  return all;
};
const raw = (bytes) => { for (let at = 0; at < bytes.length;) at += fs.writeSync(1, bytes.subarray(at)); };
`;
/** Where nothing checks, such a frame reaches the reader. */
const reached = (text: string) => ({ printed }: Printed) => printed.includes(text);

/** Each must be contained. */
export const exhaustion: readonly Exhaustion[] = [
  {
    name: "loop forever",
    holds: true,
    body: "for (;;);",
    control: none,
    contained: fault("hung"),
    works: heldUp,
  },
  {
    name: "loop forever in microtasks",
    holds: true,
    body: "const again = () => queueMicrotask(again); again(); await new Promise(() => {});",
    control: none,
    contained: fault("hung"),
    works: heldUp,
  },
  {
    name: "match an expression that never ends",
    holds: true,
    body: `return /^(a+)+$/.test("a".repeat(60) + "b");`,
    control: none,
    contained: fault("hung"),
    works: heldUp,
  },
  {
    name: "sleep without waking",
    holds: true,
    body: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    control: none,
    contained: fault("hung"),
    works: heldUp,
  },
  {
    name: "fill the heap",
    body: `const kept = [];
    for (let at = 0; at < 25; at++) kept.push(new Array(1 << 20).fill(at));
    return "LOOT" + kept.length;`,
    control: none,
    contained: (seen) => fault("died")(seen) || fault("hung")(seen), // it thrashes before it dies
    works: gotLoot,
  },
  {
    name: "fill the memory beside the heap",
    body: `const kept = [];
    for (let at = 0; at < 500; at++) kept.push(new Uint8Array(1 << 20).fill(1));
    return "LOOT" + kept.length;`,
    control: none,
    contained: (seen) => !gotLoot(seen),
    works: gotLoot,
  },
  {
    name: "write ten thousand lines into the log",
    body: `for (let at = 0; at < 10_000; at++) host.log("info", "line " + at);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return "done";`,
    control: none,
    contained: ({ log }) =>
      log.length < 400 && log.some((line) => /lines of its log were dropped/.test(line)),
    works: ({ printed }) => printed.split("\n").length > 10_000,
  },
  {
    name: "write lines of others into the log",
    body: `host.log("info", "x\\nheartbeat: node bob is dead\\u2028");
    return "done";`,
    control: none,
    contained: ({ log }) => log.length === 1 && !/[\n\u2028]/.test(log[0] ?? ""),
    works: reached("\nheartbeat: node bob"),
  },
  {
    name: "write a line of a megabyte into the log",
    body: `host.log("info", "LOOT".repeat(262_144));
    await new Promise((resolve) => setTimeout(resolve, 300));
    return "done";`,
    control: none,
    contained: (seen) => seen.log.every((line) => line.length < 20_000) || fault("died")(seen),
    works: ({ printed }) => printed.length > 1_000_000,
  },
  {
    name: "emit without end",
    body: `for (let at = 0; at < 100_000; at++) host.emit(at);
    return "LOOT";`,
    control: none,
    contained: (seen) => fault("flooded")(seen) || fault("hung")(seen), // it answers no ping
    works: ({ printed }) => printed.split("\n").length > 100_000,
  },
  {
    name: "answer with more than the daemon can hold",
    body: `return "LOOT".repeat(5 * 1024 * 1024);`,
    control: none,
    contained: (seen) => refused(/limit is 16777216 bytes/)(seen) || fault("died")(seen),
    works: gotLoot,
  },
  {
    name: "announce a frame of four gigabytes",
    head: frames,
    body: "raw(new Uint8Array([255, 255, 255, 255, 0, 76, 79, 79, 84]));",
    control: none,
    contained: fault("died", /frame of 4294967295 bytes/),
    works: reached("LOOT"),
  },
  {
    name: "answer a call that nobody made",
    holds: true,
    head: frames,
    body: `raw(frame('{"type":"value","id":4711,"value":"LOOT"}'));
    await new Promise(() => {});`,
    control: none,
    contained: fault("died", /answered call 4711, which nobody made/),
    works: reached("4711"),
  },
  {
    name: "write what is no frame",
    holds: true,
    head: frames,
    body: `raw(frame("no JSON"));
    await new Promise(() => {});`,
    control: none,
    contained: fault("died", /broke the protocol/),
    works: reached("no JSON"),
  },
  {
    name: "send a message of an unknown type",
    holds: true,
    head: frames,
    body: `raw(frame('{"type":"grant","net":["LOOT"]}'));
    await new Promise(() => {});`,
    control: none,
    contained: fault("died", /broke the protocol/),
    works: reached("grant"),
  },
  {
    name: "nest a frame a hundred thousand deep",
    holds: true,
    head: frames,
    body:
      `raw(frame('{"type":"value","id":1,"__proto__":' + "[".repeat(1e5) + "]".repeat(1e5) + "}"));
    await new Promise(() => {});`,
    control: none,
    contained: fault("died", /broke the protocol/),
    works: reached("[[[["),
  },
  {
    name: "say a pong four megabytes long and deep",
    holds: true,
    head: frames,
    body: `const deep = frame('{"type":"pong","z":' + "[".repeat(2e6) + "]".repeat(2e6) + "}");
    raw(deep);
    await new Promise(() => {});`,
    control: none,
    contained: fault("died", /frame of \d+ bytes; the limit is 64 bytes/),
    works: reached("[[[["),
  },
  {
    name: "nest an event within its bytes",
    holds: true,
    head: frames,
    body: `raw(frame('{"type":"emit","event":' + "[".repeat(4e5) + "]".repeat(4e5) + "}"));
    await new Promise(() => {});`,
    control: none,
    contained: fault("died", /nested more than 64 deep/),
    works: reached("[[[["),
  },
  {
    name: "answer with a million empty lists",
    holds: true,
    head: frames,
    body: `raw(frame('{"type":"value","id":1,"value":[' + "[],".repeat(1e6) + "1]}"));
    await new Promise(() => {});`,
    control: none,
    contained: fault("died", /holds more than 50000 values/),
    works: reached("[],[]"),
  },
  {
    name: "give an answer of three megabytes over and over",
    holds: true,
    head: frames,
    body: `const large = frame('{"type":"value","id":1,"value":"' + "LOOT".repeat(750_000) + '"}');
    for (let at = 0; at < 6; at++) raw(large);
    await new Promise(() => {});`,
    control: none,
    contained: fault("flooded", /bytes in a second|ms of a second/),
    works: reached("LOOTLOOT"),
  },
  {
    name: "say small frames without end",
    holds: true,
    head: frames,
    body: `const all = new Uint8Array(20 * 10_000);
    for (let at = 0; at < 10_000; at++) all.set(frame('{"type":"pong"}'), at * 20);
    for (let at = 0; at < 3; at++) raw(all);
    await new Promise(() => {});`,
    control: none,
    contained: fault("flooded", /frames in a second|ms of a second/),
    works: reached("pong"),
  },
  {
    name: "pass a large frame off as a small one",
    holds: true,
    head: frames,
    body: `raw(frame('{"type":"pong","padding":"' + "x".repeat(1e6) + '"}', "value"));
    await new Promise(() => {});`,
    control: none,
    contained: fault("died", /a frame of type 0 holds another/),
    works: reached("padding"),
  },
  {
    name: "pollute the prototypes of the daemon",
    head: frames,
    body: `Object.prototype.polluted = "LOOT";
    raw?.(frame('{"type":"value","id":1,"value":{"__proto__":{"polluted":"LOOT"}}}'));
    return "done";`,
    control: none,
    contained: (seen) => !gotLoot(seen),
    works: gotLoot,
  },
  {
    name: "end with Deno.exit",
    holds: true,
    body: "Deno.exit(0); await new Promise(() => {});",
    control: none,
    contained: (seen) => fault("died")(seen) || refused(/exit/)(seen),
    works: ({ printed }) => !printed.includes("ALIVE") && !printed.includes("value"),
  },
  {
    name: "end at once",
    head: `import process from "node:process";`,
    body: "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});",
    control: none,
    contained: fault("died", /ended by SIGKILL/),
    works: ({ code }) => code !== 0,
  },
  {
    name: "leave a rejection that nobody handles",
    body: `setTimeout(() => Promise.reject(new Error("nobody")));
    await new Promise(() => {});`,
    control: none,
    contained: fault("died"),
    works: ({ code }) => code !== 0,
  },
  {
    name: "die again after each restart",
    head: `setTimeout(() => { throw new Error("again"); }, 20);`,
    body: "await new Promise(() => {});",
    control: none,
    contained: (seen) => fault("given up")(seen) || refused(/ended/)(seen),
    works: ({ code }) => code !== 0,
  },
  {
    name: "swallow every signal and never close",
    holds: true,
    head: `import process from "node:process";
try { process.on("SIGTERM", () => {}); } catch { /* it may not even listen */ }`,
    body: `return "done";`,
    close: "await new Promise(() => {});",
    control: none,
    contained: ({ log }) =>
      log.some((line) => /did not close within 500 ms and was ended/.test(line)),
    works: reached("ALIVE"), // it waits for the close until it is ended by force
  },
  {
    name: "leave grandchildren that hold the pipes",
    permissions: { run: ["/bin/sh"] },
    markMs: 1_400,
    body: `new Deno.Command("/bin/sh", {
      args: ["-c", '(sleep 1.2; echo here > "$1") & echo', "sh", config.mark],
      stdin: "null", stdout: "inherit", stderr: "inherit",
    }).spawn().unref();
    return "done";`,
    control: () => ["--allow-run=/bin/sh"],
    contained: ({ marked }) => !marked,
    works: ({ marked }) => marked,
  },
];
