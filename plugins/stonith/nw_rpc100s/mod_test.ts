import assert from "node:assert/strict";
import { loaded } from "../../handler/stonith/testing_load.ts";
import type { Mood } from "../../handler/stonith/testing_moods.ts";
import type { Played } from "../../handler/stonith/testing_serial.ts";
import { serialBench, triedOnLine } from "../../handler/stonith/testing_serial_suite.ts";
import { rpc100s } from "./dialogue.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const bench = await serialBench("nw_rpc100s");
const config = { device: bench.device, hostlist: ["alice"] };
/** What its relay did, with the time. */
const switched: { readonly power: "on" | "off"; readonly at: number }[] = [];
/** Moods of its own: an answer to the order, and none after it; only what it was sent comes back. */
let mood: Mood | "dies" | "echoes" = "good";
let waits = 0;
let died = false;

const set = (to: typeof mood) => {
  mood = to;
  died = false;
  if (to === "good") switched.length = 0;
};
const alive = () => switched.at(-1)?.power !== "off";

/** The switch, from the sticker on it as cluster-glue quotes that. */
const played: Played = (said) => {
  const end = said.indexOf("\r");
  if (end < 0) return undefined;
  const took = end + 1;
  const command = said.slice(0, end).trim();
  if (mood === "hangs" || died) return { took, answer: "" };
  if (mood === "echoes") return { took, answer: said.slice(0, took) };
  // It answers when it was looked at some times more.
  if (mood === "slow" && waits++ % 3 !== 2) return undefined;
  const [, time] = /^\/\/0,0,(\*|\d+);$/.exec(command) ?? [];
  if (time === undefined || mood === "refuses") return { took, answer: "\r\nInvalid Entry\r\n" };
  switched.push({ power: time === "*" ? "off" : "on", at: performance.now() });
  died = mood === "dies";
  return { took, answer: "\r\nOK\r\n" };
};

triedOnLine(bench, {
  manifest,
  plugin,
  config,
  host: "alice",
  played,
  set,
  alive,
  // Its one outlet has no name that could be wrong.
  misdirected: [{ hostlist: ["bob"] }],
  // One that lies cannot be found out: it has no word but its acknowledgement. It has no other outlet.
  except: ["drops", "lies", "other"],
});

Deno.test({
  name: "stonith/nw_rpc100s: a reboot is off, a while, and on; on and status without an order",
  ignore: bench.not !== undefined,
  async fn() {
    set("good");
    await using loadedDevice = await loaded(manifest, config);
    assert.match((await loadedDevice.api.status()).detail, /says: it answers/);
    assert.equal(switched.length, 0, "the probe switches nothing");
    const { ok, detail } = await loadedDevice.api.fence("reboot", "alice", 10_000);
    assert.ok(ok, detail);
    const [off, on, ...more] = switched;
    assert.deepEqual([off?.power, on?.power, more], ["off", "on", []]);
    assert.ok((on?.at ?? 0) - (off?.at ?? 0) >= 2_000, "no power supply bridges it");
  },
});

for (const bad of ["dies", "echoes"] as const) {
  Deno.test({
    name: `stonith/nw_rpc100s: one that ${bad} confirms nothing`,
    ignore: bench.not !== undefined,
    async fn() {
      set("good");
      await using loadedDevice = await loaded(manifest, config);
      set(bad);
      const { ok, detail } = await loadedDevice.api.fence("off", "alice", 1_500);
      assert.equal(ok, false, detail);
      assert.match(detail, /answer|hangs/);
      set("good");
    },
  });
}

Deno.test("only OK, said once and alone, acknowledges", { permissions: "none" }, () => {
  for (
    const [said, isDone] of [
      ["\r\nOK\r\n", true],
      ["//0,0,*;\r\n\r\nOK\r\n", true],
      ["\r\nInvalid Entry\r\n", false],
      ["\r\nInvalid Entry\r\nOK\r\n", false],
      ["OK OK\r\n", false],
      ["NOK\r\n", false],
    ] as const
  ) assert.equal(rpc100s.done.test(said), isDone, JSON.stringify(said));
  assert.equal(rpc100s.present.test("\r\nInvalid Entry\r\n"), true);
  assert.equal(rpc100s.present.test("//0,0,BOGUS;\r\n"), false);
});
