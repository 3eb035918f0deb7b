import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { type Mood, underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import { ends, noLines, type Played, TestingLine } from "../../handler/stonith/testing_serial.ts";
import { rps10 } from "./dialogue.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/rps10_${Deno.pid}`;
const { device, other } = ends(folder);
const config = { device, hostlist: ["alice:0", "bob:1"] };
const not = await noLines();
const line = new TestingLine(folder);
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

if (not === undefined) {
  Deno.test.beforeAll(() => line.open());
  Deno.test.beforeEach(() => line.play(played));
  Deno.test.afterEach(() => line.rest());
  Deno.test.afterAll(() => line.close());
}

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    revive: () => Promise.resolve(set("good")),
    misdirected: [{ hostlist: ["alice:7"] }],
    alive: () => Promise.resolve(alive()),
  },
  levels: ["process"],
  skip: not === undefined ? {} : Object.fromEntries(clauses.map(({ id }) => [id, not])),
});

underMoods({ manifest, config, host: "alice", set, alive, not, except: ["drops"] });

reaches({
  manifest,
  config: () => config,
  may: () => [`read ${device}`, `write ${device}`, "run /bin/stty"],
  mayNot: () => [`read ${other}`, `write ${other}`, "read /dev/ttyS0", "run /bin/dd"],
  not,
});

Deno.test({
  name: "stonith/rps10: a line that is none is refused, and no file is made",
  ignore: not !== undefined,
  async fn() {
    await assert.rejects(
      async () => void await loaded(manifest, { ...config, device: other }),
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
