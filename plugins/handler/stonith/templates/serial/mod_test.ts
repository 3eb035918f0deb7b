import { conform } from "../../../conform.ts";
import { clauses } from "../../conformance.ts";
import type { Ask } from "./line.ts";
import manifest from "./manifest.ts";
import { deviceOn } from "./mod.ts";

/** A switch to try it on, without a line. */
let power = "on";
const ask: Ask = (question, answer) => {
  const [, word = ""] = /^\/(On|Off|Stat) 1\r$/.exec(question) ?? [];
  if (word !== "Stat") power = word.toLowerCase();
  const said = word === "Stat" ? `1 ${power}` : "OK";
  return answer.test(said) ? Promise.resolve(said) : Promise.reject(new Error("no answer"));
};

/** A line at which there is no switch. */
const silent: Ask = () => Promise.reject(new Error("the switch does not answer"));

conform(clauses, {
  manifest,
  plugin: ({ device, hostlist }) => deviceOn(device === "/dev/ttyS0" ? ask : silent, hostlist),
  config: { device: "/dev/ttyS0", hostlist: ["alice"] },
  given: {
    host: "alice",
    revive: () => Promise.resolve(void (power = "on")),
    misdirected: [{ device: "/dev/ttyS1" }],
    alive: () => Promise.resolve(power === "on"),
  },
});
