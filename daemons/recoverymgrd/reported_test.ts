/**
 * What a recovery manager writes down, logs and asks for, event by event: for faces, systemd and
 * people.
 *
 * @module
 */
import assert from "node:assert/strict";
import { exitConfig, exitState } from "../runtime/exit_code.ts";
import type { Effect, Event } from "../runtime/machine.ts";
import { recoverymgrd, stopAllMs, supervision } from "./core.ts";
import { reread } from "./reload.ts";
import type { ChildEvent } from "./state.ts";
import { settleMs } from "./stopping.ts";

function table(children = ["a", "b"]) {
  const machine = recoverymgrd({
    children,
    computing: ["b"],
    spared: [],
    hangups: ["a", "b"],
    restartsMax: 2,
    periodMs: 10_000,
    pauseMs: 100,
    pauseMsMax: 250,
    stopMs: 1_000,
    pingMs: 500,
    pingsMissedMax: 3,
    startPingsMax: 4,
  });
  let at = 0;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event).map(short);
  const emit = (event: ChildEvent) => step({ type: "emit", instance: "children", event });
  return {
    machine,
    state: machine.state,
    step,
    emit,
    at: (ms: number) => void (at = ms),
    begin: () => step({ type: "loaded", instance: "children", result: { ok: true, value: "" } }),
    alive: (child: string, running = true) => emit({ type: "alive", child, running }),
    ended: (child: string, code?: number, how = "died") =>
      emit({ type: "ended", child, how, ...(code === undefined ? {} : { code }) }),
    timer: (name: string) => step({ type: "timer", name }),
  };
}

/** An effect in a line; how the children stand as `name state restarts (last)`. */
function short(effect: Effect): string {
  switch (effect.type) {
    case "timer":
      return `timer ${effect.name} ${effect.inMs}`;
    case "cancel":
      return `cancel ${effect.name}`;
    case "log":
      return `${effect.level}: ${effect.text}`;
    case "call":
      return effect.method === "report"
        ? `report ${reported(effect.args[0])}`
        : [effect.method, ...effect.args].join(" ");
    case "stopped":
      return `stopped ${effect.exitCode}`;
    default:
      return effect.type;
  }
}

function reported(status: unknown): string {
  const { daemons, givenUp } = status as {
    readonly daemons: readonly Readonly<Record<string, unknown>>[];
    readonly givenUp: string;
  };
  return daemons.map(({ name, state, restarts, last }) => `${name} ${state} ${restarts} (${last})`)
    .concat(givenUp === "" ? [] : [`given up: ${givenUp}`]).join(", ");
}

Deno.test("the children are loaded, started and asked, and what cannot be loaded ends all", () => {
  const { step, begin, state } = table();
  assert.deepEqual(step({ type: "start" }), ["load"]);
  assert.deepEqual(begin(), ["start a", "start b", "timer ping 500"]);
  assert.deepEqual([...state.children.values()].map(({ state }) => state), [
    "starting",
    "starting",
  ]);
  for (const type of ["message", "fault", "peer"] as const) assert.deepEqual(step({ type }), []);
  const result = { ok: false, error: "no children" } as const;
  assert.throws(() => step({ type: "loaded", instance: "children", result }), /no children/);
  assert.deepEqual(step({ type: "reply", id: "other", result }), []);
});

Deno.test("how a child stands is written down when it changes, and only then", () => {
  const { begin, alive, timer, ended } = table();
  begin();
  assert.deepEqual(alive("a", false), [], "it still starts");
  assert.deepEqual(alive("a"), ["report a running 0 (), b starting 0 ()"]);
  assert.deepEqual(alive("a"), []);
  assert.deepEqual(alive("nobody"), []);
  assert.deepEqual(timer("ping"), ["ping a", "ping b", "beat false", "timer ping 500"]);
  assert.deepEqual(alive("b"), ["report a running 0 (), b running 0 ()"]);
  assert.deepEqual(timer("ping").slice(-2), ["beat true", "timer ping 500"]);
  assert.deepEqual(ended("a", 1, "ended with code 1"), [
    "cancel kill a",
    "err: a ended with code 1; restart 1 of 2 at once [HA9005]",
    "start a",
    "report a starting 1 (ended with code 1), b running 0 ()",
  ]);
  assert.deepEqual(timer("ping").slice(-2), ["beat false", "timer ping 500"]);
  assert.deepEqual(ended("a").slice(2), [
    "timer start a 100",
    "report a waiting 2 (died), b running 0 ()",
  ]);
  assert.deepEqual(timer("ping").slice(1), ["ping b", "beat false", "timer ping 500"]);
  assert.deepEqual(alive("a"), [], "it is not there");
  assert.deepEqual(ended("nobody"), []);
});

Deno.test("a child without its state, and one at its bound, wait and are shown as waiting", () => {
  const { begin, ended, alive, at } = table();
  begin();
  alive("a");
  const waits = ended("a", exitState);
  assert.match(
    waits[1] ?? "",
    /^crit: a cannot write or read its state; it is tried again in 1000/,
  );
  assert.deepEqual(waits.slice(2), [
    "timer start a 1000",
    "report a waiting 1 (could not write or read its state: see the log, and make room), " +
    "b starting 0 ()",
  ]);
  const last = () => ended("b", 75).at(-1)?.split(", ").at(-1);
  assert.equal(last(), "b starting 1 (died)");
  assert.equal(last(), "b waiting 2 (died)");
  at(9_999);
  assert.equal(last(), "b waiting 3 (died)");
  at(10_000); // the first two are forgotten
  assert.equal(last(), "b waiting 4 (died)");
  at(20_000);
  assert.equal(last(), "b starting 5 (died)");
});

Deno.test("each code and signal of a full heap is a bound, and no other is", () => {
  for (
    const [end, isBound] of [
      [{ code: 74 }, false],
      [{ code: 75 }, true],
      [{ code: 131 }, false],
      [{ code: 132 }, true],
      [{ code: 133 }, true],
      [{ code: 134 }, true],
      [{ code: 135 }, false],
      [{ code: 0 }, false],
      [{ signal: "SIGILL" }, true],
      [{ signal: "SIGTRAP" }, true],
      [{ signal: "SIGABRT" }, true],
      [{ signal: "SIGKILL" }, false],
      [{}, false],
    ] as const
  ) {
    const { begin, emit } = table();
    begin();
    const [, line = ""] = emit({ type: "ended", child: "b", how: "ended", ...end });
    assert.equal(/it came to its bound/.test(line), isBound, JSON.stringify(end));
  }
});

Deno.test("a node that is asked to stop says so once, and kills nobody who ends in time", () => {
  const { begin, alive, step, ended, timer, emit } = table();
  begin();
  alive("a");
  alive("b");
  assert.deepEqual(step({ type: "stop" }), [
    "notice: Stops all daemons of this node: received the signal to stop",
    "report a running 0 (), b running 0 ()",
    "stop b",
    "timer kill b 1000",
  ]);
  assert.deepEqual(step({ type: "stop" }), []);
  assert.deepEqual(emit({ type: "hangup" }), []);
  assert.deepEqual(timer("kill b"), [
    "warning: b did not end within 1000 ms; killed",
    "kill b",
  ]);
  assert.deepEqual(ended("b"), [
    "cancel kill b",
    "stop a",
    "timer kill a 1000",
    "report a running 0 (), b ended 0 (died)",
  ]);
  assert.deepEqual(timer("start b"), []);
  assert.deepEqual(timer("other b"), []);
  assert.deepEqual(ended("a"), [
    "cancel kill a",
    "cancel ping",
    "unload",
    "stopped 0",
    "report a ended 0 (died), b ended 0 (died)",
  ]);
});

Deno.test("a configuration that cannot be used ends the node once all have said whether they can", () => {
  const { begin, alive, ended, timer, state } = table(["a", "b", "c"]);
  begin();
  assert.deepEqual(ended("c", exitConfig), [
    "cancel kill c",
    `timer settle ${settleMs}`,
    "report a starting 0 (), b starting 0 (), c ended 0 (died)",
  ]);
  // One that ends meanwhile is not started again, whatever it was.
  assert.deepEqual(ended("b", exitConfig), [
    "cancel kill b",
    "report a starting 0 (), b ended 0 (died), c ended 0 (died)",
  ]);
  assert.deepEqual(timer("start b"), []);
  const up = alive("a");
  const why = "b and c cannot use the configuration; the reasons are logged above";
  assert.match(up[1] ?? "", new RegExp(`^crit: This node is given up: ${why}`));
  assert.deepEqual(up.slice(2), [
    "notice: Stops all daemons of this node: given up",
    `report a running 0 (), b ended 0 (died), c ended 0 (died), given up: ${why}`,
    "stop a",
    "timer kill a 1000",
  ]);
  assert.deepEqual(timer("settle"), [], "it is given up once");
  assert.equal(ended("a").filter((line) => line === `stopped ${exitConfig}`).length, 1);
  assert.equal(state.givenUp, why);
});

Deno.test("one that never says whether it can use its configuration is not waited for", () => {
  const { begin, ended, timer } = table();
  begin();
  assert.deepEqual(timer("settle"), [], "nobody has said that it cannot");
  ended("a", exitConfig);
  assert.match(timer("settle").join("\n"), /crit: This node is given up: a cannot use/);
});

Deno.test("a child that hangs is silent first, then killed, at exactly so many questions", () => {
  const { begin, alive, timer } = table(["a"]);
  begin();
  for (let asked = 0; asked < 4; asked++) assert.equal(timer("ping")[0], "ping a");
  assert.match(timer("ping")[0] ?? "", /^err: a hangs: it has answered nothing for 2000 ms/);
  const other = table(["a"]);
  other.begin();
  other.alive("a");
  assert.deepEqual([other.timer("ping")[0], other.timer("ping")[0]], ["ping a", "ping a"]);
  assert.deepEqual(other.timer("ping").slice(0, 2), ["report a silent 0 ()", "ping a"]);
  assert.deepEqual(other.alive("a"), ["report a running 0 ()"]);
  alive("a");
});

Deno.test("what was read again is logged, and restarts whom it concerns, once", () => {
  const { begin, alive, emit, state, ended, step } = table();
  begin();
  alive("a");
  assert.deepEqual(emit({ type: "hangup" }), ["reread", "hangup a"]);
  const answer = (value: unknown) => {
    const out: Effect[] = [];
    reread(state, { ok: true, value }, out);
    return out.map(short);
  };
  const intro = "The node configuration was reloaded";
  assert.deepEqual(answer({ type: "read", changed: [], restart: [], waiting: [] }), [
    `notice: ${intro}: nothing has changed`,
  ]);
  const changed = { type: "read", changed: ["x", "y"], restart: ["b", "nobody"], waiting: [] };
  assert.deepEqual(answer(changed), [
    `notice: ${intro}: x, y changed; restarts b and nobody`,
    "stop b",
    "timer kill b 1000",
  ]);
  assert.deepEqual(answer(changed).length, 1, "it is asked to stop already");
  assert.equal(answer({ ...changed, changed: [], restart: [], waiting: ["z"] }).length, 1);
  // A restart that was wanted is no end.
  assert.deepEqual(ended("b", 1), [
    "cancel kill b",
    "start b",
    "report a running 0 (), b starting 1 (died)",
  ]);
  for (const [result, why] of [[undefined, "no answer"], [{ ok: false, error: "late" }, "late"]]) {
    const out: Effect[] = [];
    reread(state, (result ?? { ok: true, value: undefined }) as { ok: false; error: string }, out);
    const text = out.map(short);
    assert.match(text[0] ?? "", /^err: The node configuration cannot be used; nothing was changed/);
    assert.deepEqual(text.slice(1), [`err: ${why}`]);
  }
  step({ type: "stop" });
  assert.equal(answer(changed).length, 1, "all are stopped anyway");
});

Deno.test("what an operator chooses and how daemons are described make the supervision", () => {
  const config = supervision([
    { name: "a" },
    { name: "b", computes: true },
    { name: "c", hangup: true, computes: false },
  ], 5_000);
  assert.deepEqual([config.children, config.computing, config.hangups], [
    ["a", "b", "c"],
    ["b"],
    ["c"],
  ]);
  assert.deepEqual([config.pingMs, config.startPingsMax], [1_000, 60]);
  assert.equal(supervision([], 7_000).startPingsMax, 43, "rounded up");
  assert.equal(stopAllMs({ ...config, stopMs: 10_000 }), 35_000);
});
