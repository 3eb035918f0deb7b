import assert from "node:assert/strict";
import { loaded } from "../../handler/stonith/testing_load.ts";
import type { Mood } from "../../handler/stonith/testing_moods.ts";
import type { Played } from "../../handler/stonith/testing_serial.ts";
import { serialBench, triedOnLine } from "../../handler/stonith/testing_serial_suite.ts";
import { rps10 } from "./dialogue.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const bench = await serialBench("rps10");
const config = { device: bench.device, hostlist: ["alice:0", "bob:1"] };
const modules: Record<string, string> = { "0": "On", "1": "On" };
let mood: Mood = "good";
let slow = 0;

/** The switch, from its guide. */
const played: Played = (said) => {
  const end = said.indexOf("\r");
  if (end < 0) return undefined;
  const took = end + 1;
  const prefix = "\x02\x18\x18\x02\x18\x18";
  if (end !== 8 || !said.startsWith(prefix)) return { took, answer: "\r\nInvalid command\r\n" };
  if (mood === "hangs") return { took, answer: "" };
  // It answers when it was looked at some times more.
  if (mood === "slow" && slow++ % 3 !== 2) return undefined;
  const [module = "", what = ""] = said.slice(6);
  if (mood === "refuses" && what !== "?") {
    return { took, answer: "\r\nInvalid command\r\nComplete\r\n" };
  }
  if (modules[module] === undefined) return { took, answer: "\r\nComplete\r\n" };
  if (what !== "?" && mood !== "lies") {
    modules[mood === "other" ? "1" : module] = what === "1" ? "On" : "Off";
  }
  const state = modules[module];
  const says = mood === "lies" && what === "0" ? "Off" : state;
  return { took, answer: `\r\nPlug ${module} ${says}\r\nComplete\r\n` };
};

const set = (to: Mood) => {
  mood = to;
  if (to === "good") modules["0"] = modules["1"] = "On";
};
const alive = () => modules["0"] === "On";

triedOnLine(bench, {
  manifest,
  plugin,
  config,
  host: "alice",
  played,
  set,
  alive,
  misdirected: [{ hostlist: ["alice:7"] }],
  except: ["drops"],
});

Deno.test({
  name: "stonith/rps10: a line that is none is refused, and no file is made",
  ignore: bench.not !== undefined,
  async fn() {
    await assert.rejects(
      async () => void await loaded(manifest, { ...config, device: bench.other }),
      /cannot be set up: .*Fix: name the node of a serial line/,
    );
  },
});

Deno.test("the state is that of the module that was asked for, said once", {
  permissions: "none",
}, () => {
  const said = "\r\nPlug 0 On\r\nPlug 1 Off\r\nComplete\r\n";
  assert.equal(rps10.state(said, "0"), "on");
  assert.equal(rps10.state(said, "1"), "off");
  assert.equal(rps10.state(said, "2"), undefined);
  assert.equal(rps10.state("Plug 0 Off\r\nPlug 0 On\r\nComplete\r\n", "0"), undefined);
  assert.equal(rps10.state("Plug 0 Offline\r\nComplete\r\n", "0"), undefined);
});
