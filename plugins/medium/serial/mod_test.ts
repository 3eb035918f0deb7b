import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import type { Clause } from "../../handler/conformance.ts";
import { clauses, type MediumGiven } from "../../handler/medium/conformance.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { FrameReader } from "./frames.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const here = (name: string) => decodeURIComponent(new URL(name, import.meta.url).pathname);

/** Both ends of a cable that is there while this test runs. */
async function cable(): Promise<readonly [string, string] | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
  if (state !== "granted" || Deno.build.os !== "linux") return undefined;
  const library = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", `--allow-ffi=${library}`, here("pty_pair.ts"), library],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  child.unref(); // it ends with its input
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  void reader.cancel();
  return value === undefined ? undefined : JSON.parse(decoder.decode(value));
}

const ends = await cable();
const [device, other] = ends ?? ["/dev/ttyS0", "/dev/ttyS1"];

/** What holds for a line beyond what holds for every medium. */
const ofLines: readonly Clause<Medium, MediumGiven>[] = [
  {
    id: "SERIAL1",
    says: "what is more than the line can carry in 2 s is dropped and told, and the rest arrives",
    async check(trial) {
      await using slow = await trial.open({ baud: 1_200 });
      await using there = await trial.open({ ...trial.given.other, baud: 1_200 });
      const packet = trial.given.packet!(new Uint8Array(30).fill(77));
      const told = slow.event((event) => (event as MediumEvent).type === "trouble", 2_000);
      const from = performance.now();
      for (let count = 0; count < 10; count++) await slow.api.send(packet);
      assert.match(JSON.stringify(await told), /more waits than 1200 baud can carry in 2000 ms/);
      // An earlier clause's packets may still wait in the cable.
      const same = (event: MediumEvent) =>
        event.type === "packet" && decoder.decode(event.bytes) === decoder.decode(packet);
      await there.event((event) => same(event as MediumEvent), 2_000);
      const tookMs = performance.now() - from;
      assert.ok(tookMs >= packet.length * 10_000 / 1_200 - 50, `too fast: ${tookMs} ms`);
    },
  },
  {
    id: "SERIAL2",
    says:
      "a device that is not there, or is none, cannot be opened, and no file is made in its place",
    async check(trial) {
      const wrong = "/dev/shm/none_such";
      await assert.rejects(async () => {
        await using _opened = await trial.open({ device: wrong });
      }, /Cannot set up "\/dev\/shm\/none_such": .*No such file/);
      await assert.rejects(async () => {
        await using _opened = await trial.open({ device: "/dev/null" });
      }, /Cannot set up "\/dev\/null": .*/);
    },
  },
  {
    id: "SERIAL3",
    says: "it carries text, which the core needs to know before it packs or encodes",
    async check(trial) {
      await using line = await trial.open();
      assert.deepEqual(await line.api.describe(), {
        link: device,
        mtuBytes: 65_507,
        type: "cluster",
        text: true,
      });
    },
  },
];

conform([...clauses, ...ofLines], {
  manifest,
  plugin,
  config: { device, baud: 115_200 },
  given: {
    other: { device: other },
    packet: (bytes) => encoder.encode(`>>>\nt=test\n(1)bytes=${bytes.toBase64()}\n<<<\n`),
  },
  // It is never let into a daemon: it runs programs.
  levels: ["process"],
  skip: ends === undefined
    ? Object.fromEntries([...clauses, ...ofLines].map(({ id }) => [id, "no pseudo-terminals here"]))
    : {},
});

const none = { permissions: "none" } as const;

/** The frames of some text, however it comes in pieces. */
function framesOf(text: string, bytesMax = 1000): string[] {
  const whole = encoder.encode(text);
  const found: string[][] = [];
  for (const pieceBytes of [1, 3, whole.length]) {
    const reader = new FrameReader(bytesMax);
    const frames = [];
    for (let at = 0; at < whole.length; at += pieceBytes) {
      frames.push(...reader.take(whole.subarray(at, at + pieceBytes)));
    }
    found.push(frames.map((frame) => decoder.decode(frame)));
  }
  assert.deepEqual(found[0], found[1]);
  assert.deepEqual(found[0], found[2]);
  return found[0]!;
}

for (
  const [what, text, frames] of [
    ["two in a row", ">>>\na=1\n<<<\n>>>\nb=2\n<<<\n", [">>>\na=1\n<<<\n", ">>>\nb=2\n<<<\n"]],
    ["noise in front and between", "\u0007x>>>\na=1\n<<<\n~~\n<<<\n>>>\nb=2\n<<<\nxx", [
      ">>>\na=1\n<<<\n",
      ">>>\nb=2\n<<<\n",
    ]],
    ["a frame whose end was lost", ">>>\na=1\nb=>>>\n>>>\nc=3\n<<<\n", [">>>\nc=3\n<<<\n"]],
    ["text that looks like a marker", ">>>\na=>>>\nb=<<<\n(2)c=>>>\x14x=1\x14<<<\x14\n<<<\n", [
      ">>>\na=>>>\nb=<<<\n(2)c=>>>\x14x=1\x14<<<\x14\n<<<\n",
    ]],
    ["one that is too long", `>>>\na=${"x".repeat(2000)}\n<<<\n>>>\nb=2\n<<<\n`, [
      ">>>\nb=2\n<<<\n",
    ]],
    ["nothing", "", []],
  ] as const
) {
  Deno.test(`medium/serial takes frames out of a line: ${what}`, none, () => {
    assert.deepEqual(framesOf(text), [...frames]);
  });
}
