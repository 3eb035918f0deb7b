import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import { exitRestart, exitState } from "../runtime/exit_code.ts";
import { descriptions } from "../processes.ts";
import { recoverymgrd, stopAllMs, supervision } from "./core.ts";
import type { Reread } from "./reload.ts";
import { firstRoomMs, roomMs } from "./restarts.ts";
import type { ChildEvent } from "./state.ts";

const names = ["heartbeat", "cluster", "lrmd"];

function table(spared: readonly string[] = []) {
  const machine = recoverymgrd({
    children: names,
    computing: ["lrmd"],
    spared,
    hangups: ["heartbeat"],
    restartsMax: 4,
    periodMs: 10_000,
    pauseMs: 100,
    pauseMsMax: 250,
    stopMs: 1_000,
    pingMs: 500,
    pingsMissedMax: 3,
    startPingsMax: 10,
  });
  let at = 0;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  const emit = (event: ChildEvent) => step({ type: "emit", instance: "children", event });
  const alive = (child: string, running = true) => emit({ type: "alive", child, running });
  return {
    state: machine.state,
    step,
    emit,
    alive,
    at: (ms: number) => void (at = ms),
    timer: (name: string) => step({ type: "timer", name }),
    begin: () => step({ type: "loaded", instance: "children", result: { ok: true, value: "" } }),
    ended: (child: string, code?: number) =>
      emit({ type: "ended", child, how: "died", ...(code === undefined ? {} : { code }) }),
    reread: (value: Reread) => step({ type: "reply", id: "reread", result: { ok: true, value } }),
  };
}

const orders = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "call" && effect.method !== "report" && effect.method !== "beat"
      ? [[effect.method, ...effect.args].join(" ")]
      : []
  );
const timers = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "timer" ? [`${effect.name} ${effect.inMs}`] : []);
const lines = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "log" ? [`${effect.level} ${effect.text}`] : []);
/** What was written down for faces last. */
const reported = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "call" && effect.method === "report" ? [effect.args[0]] : []
  ).at(-1);

Deno.test("children are started in order, and asked whether they are alive", () => {
  const { begin, timer } = table();
  const begun = begin();
  assert.deepEqual(orders(begun), ["start heartbeat", "start cluster", "start lrmd"]);
  assert.deepEqual(timers(begun), ["ping 500"]);
  const asked = timer("ping");
  assert.deepEqual(orders(asked), ["ping heartbeat", "ping cluster", "ping lrmd"]);
  assert.deepEqual(timers(asked), ["ping 500"]);
});

Deno.test("what ends is started again, each time after a longer pause; then the node is given up", () => {
  const { begin, ended, timer, state } = table();
  begin();
  assert.deepEqual(orders(ended("cluster")), ["start cluster"]);
  for (const pauseMs of [100, 200]) {
    const after = ended("cluster");
    assert.deepEqual([orders(after), timers(after)], [[], [`start cluster ${pauseMs}`]]);
    assert.deepEqual(orders(timer("start cluster")), ["start cluster"]);
  }
  assert.deepEqual(timers(ended("cluster")), ["start cluster 250"], "no pause is longer");
  const last = ended("lrmd");
  assert.deepEqual(orders(last), ["stop heartbeat"]);
  assert.match(state.givenUp ?? "", /5 times within 10000 ms.*lrmd \(died\); 4 are allowed/);
  assert.deepEqual(orders(timer("start cluster")), [], "a pause does not outlive the node");
  assert.deepEqual(ended("heartbeat").filter(({ type }) => type === "stopped"), [
    { type: "stopped", exitCode: 69 },
  ]);
});

Deno.test("a child that is spared is started again without end, and costs the node nothing", () => {
  const { begin, ended, timer, state, at } = table(["lrmd", "heartbeat"]);
  begin();
  assert.deepEqual(orders(ended("heartbeat")), ["start heartbeat"]);
  for (let again = 1; again < 30; again++) {
    at(again * 300);
    const after = ended("heartbeat");
    assert.deepEqual(timers(after), [
      `start heartbeat ${again === 1 ? 100 : again === 2 ? 200 : 250}`,
    ]);
    assert.match(lines(after).join(), /^err heartbeat died: the cluster works without it/);
    assert.deepEqual(orders(timer("start heartbeat")), ["start heartbeat"]);
  }
  assert.equal(state.givenUp, undefined);
  // Others are counted as ever.
  assert.deepEqual(orders(ended("cluster")), ["start cluster"]);
});

Deno.test("a child whose state cannot be written is tried until it can, and costs the node nothing", () => {
  const { begin, alive, ended, timer, at } = table();
  begin();
  alive("cluster");
  const first = ended("cluster", exitState);
  assert.deepEqual(timers(first), [`start cluster ${firstRoomMs}`]);
  assert.match(
    lines(first).join(),
    /^crit cluster cannot write or read its state; .*Fix: make room/,
  );
  for (let again = 0; again < 20; again++) {
    at(again * roomMs);
    assert.deepEqual(orders(timer("start cluster")), ["start cluster"]);
    assert.deepEqual(timers(ended("cluster", exitState)), [`start cluster ${roomMs}`]);
  }
  assert.deepEqual(orders(timer("start cluster")), ["start cluster"]);
  const well = alive("cluster");
  assert.match(JSON.stringify(reported(well)), /"cluster","state":"running","restarts":21/);
  // An end of another kind is answered as the first one.
  assert.deepEqual(orders(ended("cluster")), ["start cluster"]);
});

Deno.test("another child's first end is answered at once", () => {
  const { begin, ended } = table();
  begin();
  ended("cluster");
  assert.deepEqual(orders(ended("lrmd")), ["start lrmd"]);
});

Deno.test("ends that are older than the period are forgiven, and so is their pause", () => {
  const { begin, ended, at } = table();
  begin();
  for (let ms = 0; ms < 100_000; ms += 10_000) {
    at(ms);
    assert.deepEqual(orders(ended("cluster")), ["start cluster"]);
  }
});

Deno.test("a child that leaves questions unanswered is shown as silent, then killed and started again", () => {
  const { begin, alive, timer, ended } = table();
  begin();
  for (const name of names) alive(name);
  timer("ping");
  for (const name of ["heartbeat", "cluster"]) alive(name);
  assert.deepEqual(orders(timer("ping")), ["ping heartbeat", "ping cluster", "ping lrmd"]);
  for (const name of ["heartbeat", "cluster"]) alive(name);
  const silent = timer("ping");
  assert.deepEqual(reported(silent), {
    daemons: [
      { name: "heartbeat", state: "running", restarts: 0, last: "" },
      { name: "cluster", state: "running", restarts: 0, last: "" },
      { name: "lrmd", state: "silent", restarts: 0, last: "" },
    ],
    givenUp: "",
  });
  for (const name of ["heartbeat", "cluster"]) alive(name);
  const killed = timer("ping");
  assert.deepEqual(orders(killed), ["ping heartbeat", "ping cluster", "kill lrmd"]);
  assert.match(lines(killed)[0] ?? "", /^err lrmd hangs: it has answered nothing for 1500 ms/);
  for (const name of ["heartbeat", "cluster"]) alive(name);
  assert.deepEqual(orders(timer("ping")), ["ping heartbeat", "ping cluster"], "killed once");
  const again = ended("lrmd");
  assert.deepEqual(orders(again), ["start lrmd"]);
  assert.match(lines(again)[0] ?? "", /^err lrmd it hung and died; restart 1 of 4 at once/);
});

Deno.test("one answer, however late, takes a child's silence back", () => {
  const { begin, alive, timer, state } = table();
  begin();
  for (const name of names) alive(name);
  for (let turn = 0; turn < 3; turn++) timer("ping");
  for (const name of names) alive(name);
  assert.equal(state.children.get("lrmd")?.state, "running");
  for (let turn = 0; turn < 3; turn++) {
    assert.ok(!orders(timer("ping")).some((order) => order.startsWith("kill")));
  }
});

Deno.test("a child that loads its code has longer to answer for the first time", () => {
  const { begin, timer } = table();
  begin();
  for (let turn = 0; turn < 10; turn++) {
    assert.equal(orders(timer("ping")).filter((order) => order.startsWith("kill")).length, 0);
  }
  assert.equal(orders(timer("ping")).filter((order) => order.startsWith("kill")).length, 3);
});

Deno.test("a child that hangs again and again costs the node", () => {
  const { begin, alive, timer, ended, state } = table();
  begin();
  for (const name of names) alive(name);
  for (let life = 0; life < 5; life++) {
    for (let turn = 0; turn < 4; turn++) {
      timer("ping");
      for (const name of ["heartbeat", "cluster"]) alive(name);
    }
    ended("lrmd");
    timer("start lrmd");
    alive("lrmd");
  }
  assert.match(state.givenUp ?? "", /lrmd \(it hung and died\)/);
});

Deno.test("a configuration that cannot be used ends the node at once, when all have said so", () => {
  const { begin, ended, alive, state } = table();
  begin();
  alive("lrmd");
  assert.deepEqual(orders(ended("heartbeat", 78)), [], "cluster has yet to say");
  assert.deepEqual(orders(ended("cluster", 78)), ["stop lrmd"]);
  assert.match(state.givenUp ?? "", /^cluster and heartbeat cannot use the configuration/);
  const last = ended("lrmd");
  assert.deepEqual(last.filter(({ type }) => type === "stopped"), [
    { type: "stopped", exitCode: 78 },
  ]);
});

Deno.test("one that ends for another reason meanwhile is not started again", () => {
  const { begin, ended, alive } = table();
  begin();
  alive("lrmd");
  ended("heartbeat", 78);
  assert.deepEqual(orders(ended("cluster", 1)), ["stop lrmd"]);
});

Deno.test("a child that never says whether it can is not waited for without end", () => {
  const { begin, ended, timer } = table();
  begin();
  assert.deepEqual(timers(ended("heartbeat", 78)), ["settle 10000"]);
  assert.deepEqual(orders(timer("settle")), ["stop lrmd"]);
});

Deno.test("told to stop, it stops the children in reverse and waits for each", () => {
  const { begin, ended, step } = table();
  begin();
  assert.deepEqual(orders(step({ type: "stop" })), ["stop lrmd"]);
  assert.deepEqual(orders(ended("lrmd")), ["stop cluster"]);
  // One that ends before it was told to is not waited for.
  assert.deepEqual(orders(ended("heartbeat")), ["stop cluster"]);
  const last = ended("cluster");
  assert.deepEqual(orders(last), []);
  assert.ok(last.some(({ type }) => type === "stopped"));
});

Deno.test("the cluster restarts the node: all daemons stop, and the end says so", () => {
  const { begin, alive, ended } = table();
  begin();
  for (const name of names) alive(name);
  assert.deepEqual(orders(ended("cluster", exitRestart)), ["stop lrmd"]);
  assert.deepEqual(orders(ended("lrmd", 0)), ["stop heartbeat"]);
  const [end] = ended("heartbeat", 0).filter(({ type }) => type === "stopped");
  assert.deepEqual(end, { type: "stopped", exitCode: exitRestart });
});

Deno.test("a child that does not end is killed; one that hangs meanwhile is, too", () => {
  const { begin, step, timer, alive } = table();
  begin();
  for (const name of names) alive(name);
  step({ type: "stop" });
  assert.deepEqual(orders(timer("kill lrmd")), ["kill lrmd"]);
  for (let turn = 0; turn < 3; turn++) {
    timer("ping");
    alive("lrmd");
    alive("heartbeat");
  }
  assert.ok(orders(timer("ping")).includes("kill cluster"));
});

Deno.test("HUP: the file is read again, and heartbeat reads its keys", () => {
  const { begin, alive, emit } = table();
  begin();
  for (const name of names) alive(name);
  assert.deepEqual(orders(emit({ type: "hangup" })), ["reread", "hangup heartbeat"]);
});

Deno.test("what has changed restarts the daemons concerned, which counts as no end", () => {
  const { begin, alive, ended, reread, state } = table();
  begin();
  for (const name of names) alive(name);
  for (let turn = 0; turn < 10; turn++) {
    const read = reread({ type: "read", changed: ["agents"], restart: ["lrmd"], waiting: [] });
    assert.deepEqual(orders(read), ["stop lrmd"]);
    assert.match(lines(read)[0] ?? "", /^notice .*agents changed; restarts lrmd/);
    assert.deepEqual(orders(ended("lrmd")), ["start lrmd"]);
    alive("lrmd");
  }
  assert.equal(state.givenUp, undefined);
});

Deno.test("a file that cannot be used changes nothing, and all that is wrong is reported", () => {
  const { reread, begin } = table();
  begin();
  const read = reread({ type: "refused", problems: ["deadtimeMs: too short", "node: missing"] });
  assert.deepEqual(orders(read), []);
  assert.deepEqual(lines(read).slice(1), ["err deadtimeMs: too short", "err node: missing"]);
});

Deno.test("what needs a restart of the node is named, and changes nothing", () => {
  const { reread, begin } = table();
  begin();
  const read = reread({ type: "read", changed: [], restart: [], waiting: ["media", "nodes"] });
  assert.deepEqual(orders(read), []);
  assert.match(lines(read)[0] ?? "", /^warning media, nodes changed, which needs a restart/);
});

Deno.test("a child that came to its bound of computation is started again, however often", () => {
  const { begin, emit, timer, state, at } = table();
  begin();
  const end = (how: { code?: number; signal?: string }) =>
    emit({ type: "ended", child: "lrmd", how: "ended", ...how });
  assert.deepEqual(orders(end({ signal: "SIGTRAP" })), ["start lrmd"]);
  for (
    const how of [{ code: 75 }, { code: 133 }, { signal: "SIGABRT" }, { code: 75 }, { code: 75 }]
  ) {
    const effects = end(how);
    assert.match(
      lines(effects)[0] ?? "",
      /^err lrmd ended: it came to its bound of time or memory/,
    );
    assert.deepEqual(orders(effects), []);
    assert.deepEqual(orders(timer("start lrmd")), ["start lrmd"]);
  }
  assert.equal(state.givenUp, undefined);
  // A crash counts, and so do the same codes of a child that computes for nobody.
  for (
    const [child, how] of [["lrmd", { signal: "SIGSEGV" }], ["cluster", { code: 75 }]] as const
  ) {
    const effects = emit({ type: "ended", child, how: "ended", ...how });
    assert.match(lines(effects)[0] ?? "", /restart \d of 4/);
    timer(`start ${child}`);
  }
  at(20_000);
  assert.deepEqual(orders(end({ code: 75 })), ["start lrmd"]);
});

Deno.test("a node may take as long to end as all its daemons together, and its unit gives it more", () => {
  const kept = supervision(descriptions, 5_000);
  const ms = stopAllMs(kept);
  assert.ok(ms > descriptions.length * kept.stopMs, "the last daemon has its time too");
  const unit = Deno.readTextFileSync(new URL("ha.service", import.meta.url));
  const stopS = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  assert.ok(stopS * 1_000 > ms, `${stopS} s of the unit are less than ${ms} ms`);
});

Deno.test("a child that is started again begins with no question unanswered", () => {
  const { begin, timer, alive, ended, state } = table();
  begin();
  for (const name of names) alive(name);
  timer("ping");
  timer("ping");
  const child = state.children.get("lrmd");
  assert.ok((child?.missed ?? 0) > 0);
  ended("lrmd");
  assert.deepEqual([child?.missed, child?.greeted, child?.alive], [0, false, true]);
});

Deno.test("as many ends as are allowed cost nothing; one more gives the node up", () => {
  const { begin, ended, timer, at, state } = table();
  begin();
  for (let time = 1; time <= 4; time++) {
    at(time * 10);
    const effects = ended("lrmd");
    assert.match(lines(effects)[0] ?? "", new RegExp(`restart ${time} of 4`));
    timer("start lrmd");
  }
  assert.equal(state.stopping, undefined);
  const last = ended("lrmd");
  assert.match(lines(last).join("\n"), /daemons ended 5 times within 10000 ms.*4 are allowed/);
});
