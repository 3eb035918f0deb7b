import assert from "node:assert/strict";
import type { Mood } from "../../handler/stonith/testing_moods.ts";
import type { Played } from "../../handler/stonith/testing_serial.ts";
import { serialBench, triedOnLine } from "../../handler/stonith/testing_serial_suite.ts";
import { apcsmart } from "./dialogue.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const bench = await serialBench("apcsmart");
const config = { device: bench.device, hostlist: ["alice"] };
let isOn = true;
let mood: Mood = "good";
let waits = 0;
/** The first character of an order, and when it came. */
let first: { readonly letter: string; readonly at: number } | undefined;

/** The UPS, from the descriptions of its protocol. */
const played: Played = (said) => {
  const letter = said[0];
  if (letter === undefined) return undefined;
  if (mood === "hangs") return { took: 1, answer: "" };
  // It answers when it was looked at some times more.
  if (mood === "slow" && waits++ % 3 !== 2) return undefined;
  if (letter === "Y") return { took: 1, answer: "SM\r\n" };
  // An event comes between.
  if (letter === "Q") return { took: 1, answer: `!${isOn ? "08" : "00"}\r\n` };
  if (letter !== "Z" && letter !== "\x0E") return { took: 1, answer: "NA\r\n" };
  const now = performance.now();
  if (first?.letter === letter && now - first.at > 1_500) {
    if (mood !== "lies" && mood !== "refuses") isOn = letter !== "Z";
    first = undefined;
    return { took: 1, answer: mood === "refuses" ? "NA\r\n" : "OK\r\n" };
  }
  first = { letter, at: now };
  return { took: 1, answer: "" };
};

const set = (to: Mood) => {
  mood = to;
  if (to === "good") isOn = true;
};
const alive = () => isOn;

triedOnLine(bench, {
  manifest,
  plugin,
  config,
  host: "alice",
  played,
  set,
  alive,
  // Its one output has no name that could be wrong.
  misdirected: [{ hostlist: ["bob"] }],
  except: ["drops", "other"],
  timeoutMs: 4_000,
});

Deno.test("the state is off only if neither mains nor battery feed the load", {
  permissions: "none",
}, () => {
  assert.equal(apcsmart.state("SM\r\n08\r\n", ""), "on");
  assert.equal(apcsmart.state("10\r\n", ""), "on");
  assert.equal(apcsmart.state("!50\r\n", ""), "on");
  assert.equal(apcsmart.state("00\r\n", ""), "off");
  assert.equal(apcsmart.state("80\r\n", ""), "off");
  assert.equal(apcsmart.state("NA\r\n", ""), undefined);
  assert.equal(apcsmart.state("00\r\n08\r\n", ""), undefined);
});
