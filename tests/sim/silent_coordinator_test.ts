/**
 * A coordinator that is heard, and decides nothing: its CIB says nothing, or its crmd records nobody.
 * Another one coordinates after a bounded time, and services of a node that dies start elsewhere.
 */
import assert from "node:assert/strict";
import type { CcmState } from "../../daemons/ccm/core.ts";
import { patienceMs } from "../../daemons/cib/withheld.ts";
import { owedMsMax } from "../../daemons/crmd/owed.ts";
import type { CibState } from "../../daemons/cib/mod.ts";
import type { CrmdState } from "../../daemons/crmd/mod.ts";
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";
import { wrapping } from "./bugs/wrap.ts";
import { clusterWorld, dummy, whereRuns } from "./scenario_cluster.ts";
import type { World } from "./world.ts";

/** What decides nothing: the CIB, or who uses it. */
type What = "cib" | "crmd";

/** Who is silent; nobody at first. */
interface Silent {
  node: string;
}

/** The fault: nothing leaves the service. */
const silencing = (what: What, silent: Silent): (machine: Machine) => Machine => {
  const isKept = (effect: Effect): boolean =>
    effect.type !== "send" || effect.message.type !== "peer" && effect.message.type !== "cib/apply";
  return what === "cib"
    ? wrapping<CibState>("cib", () => ({
      after: ({ self }, _event, effects) => self === silent.node ? effects.filter(isKept) : effects,
    }))
    : wrapping<CrmdState>("crmd", () => ({
      after: ({ self }, _event, effects) => self === silent.node ? effects.filter(isKept) : effects,
    }));
};

/** The bug: nobody says what it sees of a coordinator. */
const patient = (machine: Machine): Machine =>
  wrapping<CcmState>("ccm", () => ({
    before(_state, event): Event {
      return event.type === "message" && event.message.type === "ccm/withholds"
        ? { type: "timer", at: event.at, name: "act" }
        : event;
    },
  }))(machine);

/** A cluster of five, and the coordinator of it. */
function worldOf(what: What, seed: number, bug: (machine: Machine) => Machine) {
  const silent: Silent = { node: "" };
  const fault = silencing(what, silent);
  const logs: string[] = [];
  const world: World = clusterWorld({
    seed,
    nodes: ["n1", "n2", "n3", "n4", "n5"],
    resources: dummy("web"),
    replace: (machine) => fault(bug(machine)),
    onObservation: (seen) => void (seen.type === "log" && logs.push(seen.text)),
  });
  world.fencing.takes = { minUs: 1_000, maxUs: 2_000 };
  world.powerOnAll();
  world.runMs(5_000);
  const [holder] = whereRuns(world, "web");
  assert.ok(holder !== undefined, "web runs somewhere after five seconds");
  const { view } = world.node(holder).state("crmd") as CrmdState;
  const coordinator = view!.members[0]!.node;
  return { world, silent, logs, coordinator, view: view! };
}

/** The seconds after a death until web runs somewhere; NaN: never. */
function secondsOf(what: What, seed: number, bug: (machine: Machine) => Machine): number {
  const { world, silent, logs, coordinator } = worldOf(what, seed, bug);
  silent.node = coordinator;
  const [holder] = whereRuns(world, "web");
  // If web is on the coordinator itself, another node dies, and web comes back when that is fenced.
  const victim = holder === coordinator
    ? world.nodeNames.find((name) => name !== coordinator)!
    : holder!;
  world.node(victim).powerOff("by the test");
  for (let second = 1; second <= 180; second++) {
    world.runMs(1_000);
    if (whereRuns(world, "web").every((node) => node === silent.node)) continue;
    world.runMs(20_000);
    assert.deepEqual(world.violations, []);
    assert.equal(whereRuns(world, "web").length, 1);
    assert.ok(logs.some((text) => text.includes("[HA6011]") && text.includes(coordinator)));
    assert.ok(logs.some((text) => text.includes("[HA6010]") && text.includes(coordinator)));
    return second;
  }
  return NaN;
}

for (const what of ["cib", "crmd"] as const) {
  const boundS = (what === "cib" ? patienceMs : 2 * owedMsMax + 20_000) / 1_000 + 15;
  Deno.test(`a coordinator whose ${what} decides nothing is replaced`, () => {
    for (let seed = 1; seed <= 2; seed++) {
      const seconds = secondsOf(what, seed, (machine) => machine);
      assert.ok(seconds < boundS, `seed ${seed}: ${seconds} s`);
    }
  });

  Deno.test(`the planted bug is found: nobody sees that the ${what} of a coordinator is silent`, () => {
    assert.ok(Number.isNaN(secondsOf(what, 1, patient)));
  });
}

Deno.test("a coordinator that falls silent in its view is replaced when somebody writes", () => {
  const { world, silent, coordinator, view } = worldOf("cib", 3, (machine) => machine);
  silent.node = coordinator;
  const writer = view.members[2]!.node;
  world.runMs(60_000);
  const coordinatorOf = (node: string) =>
    (world.node(node).state("crmd") as CrmdState).view?.members[0]?.node;
  assert.equal(coordinatorOf(writer), coordinator, "nobody has asked it anything");
  world.node(writer).ask("cib", {
    type: "cib/apply",
    id: "w",
    changes: [{ op: "modify", path: "/cib/configuration/crm_config", set: { id: "x" } }],
  });
  world.runMs(2 * patienceMs + 15_000);
  assert.notEqual(coordinatorOf(writer), coordinator);
  assert.deepEqual(world.violations, []);
});

Deno.test("one member alone does not end a coordination", () => {
  const { world, coordinator, view } = worldOf("cib", 4, (machine) => machine);
  const liar = view.members[2]!.node;
  for (let second = 0; second < 120; second++) {
    const message = {
      type: "ccm/withholds",
      view: view.epoch,
      node: coordinator,
      what: "everything",
    } as const;
    world.node(liar).forge({ node: liar, service: "cib" }, "ccm", message);
    world.runMs(1_000);
  }
  const after = (world.node(liar).state("crmd") as CrmdState).view;
  assert.deepEqual(after, view);
  assert.deepEqual(world.violations, []);
});
