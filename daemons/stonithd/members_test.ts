/**
 * What stonithds of different nodes do together: who is asked first, one history, a survey of all
 * devices, and a person's confirmation.
 *
 * @module
 */
import assert from "node:assert/strict";
import { scenarios } from "../runtime/testing/transcript.ts";
import { historyMax } from "./record.ts";
import { surveyMs } from "./survey.ts";
import { watchMs } from "./check.ts";
import { Bench } from "./testing_bench.ts";

const scenario = scenarios("stonithd_members");

scenario("a member that can is asked before those that have said nothing or cannot", () => {
  const bench = new Bench({ d1: { pcmk_host_list: "carol" } });
  bench.view("alice", "carol", "dave", "erin");
  bench.peer("carol", { type: "reach", targets: ["alice"] });
  bench.peer("erin", { type: "reach", targets: ["bob", "dave"] });
  const asked: string[] = [];
  bench.ask();
  for (let [next] = bench.peers("fence"); next !== undefined; [next] = bench.peers("fence")) {
    asked.push(next.to);
    bench.peer(next.to, { type: "fenced", key: next.body.key ?? "", ok: false, detail: "no" });
  }
  assert.deepEqual(asked, ["erin", "dave", "carol"]);
});

scenario("a device that cannot be used from here lets one go first that can", () => {
  const bench = new Bench({ d1: {} });
  bench.peer("dave", { type: "reach", targets: ["bob"] });
  const [check] = [...bench.machine.state.checks.keys()];
  bench.reply(false, `check ${check}`);
  // The others hear it.
  assert.deepEqual(bench.peers("reach").map(({ to, body }) => [to, body.targets]), [
    ["carol", []],
    ["dave", []],
  ]);
  bench.ask();
  assert.deepEqual(bench.peers("fence").map(({ to }) => to), ["dave"]);
  const key = bench.peers("fence")[0]?.body.key ?? "";
  bench.peer("dave", { type: "fenced", key, ok: false, detail: "no" });
  assert.deepEqual(bench.orders, ["d1 reboot bob"], "then it is tried all the same");
});

scenario("a device is asked when it is loaded, and again and again", () => {
  const bench = new Bench({ d1: { pcmk_status_timeout: "3s", pcmk_status_retries: "2" } });
  const [first] = [...bench.machine.state.checks.keys()];
  const again = () =>
    bench.effects.flatMap((effect) =>
      effect.type === "call" && effect.method === "status" ? [effect.deadlineMs] : []
    );
  bench.reply(false, `check ${first}`);
  assert.deepEqual(again(), [3_000], "twice, as it is configured");
  const [second] = [...bench.machine.state.checks.keys()];
  bench.reply(true, `check ${second}`);
  assert.equal(bench.machine.state.devices.get("d1")?.unsound, false);
  bench.step({ type: "timer", at: watchMs, name: "watch d1" });
  assert.deepEqual(again(), [3_000]);
  bench.step({ type: "timer", at: watchMs, name: "watch d1" });
  assert.deepEqual(again(), [], "it has not answered yet");
});

scenario("what a node was asked for is in the history of all, with who asked and why", () => {
  const bench = new Bench({ d1: {} });
  bench.ask({ reason: "it smokes" }, "client-7");
  const [call] = bench.calls;
  bench.at += 2_000;
  bench.reply(true, call?.id);
  const [told] = bench.peers("records");
  const [record] = told?.body.records as readonly Readonly<Record<string, string>>[];
  assert.deepEqual(
    [record?.asker, record?.reason, record?.device, record?.tookMs],
    ["a client on alice", "it smokes", "d1", 2_000],
  );
  // Carol heard of it twice: by the announcement, and now. Both are one.
  const carol = new Bench({});
  const { execution = "" } = record ?? {};
  const about = { target: "bob", action: "reboot", incarnation: 1 };
  carol.peer("dave", { type: "struck", ok: true, device: "d1", execution, ...about });
  carol.peer("dave", {
    type: "records",
    records: [{ ...record ?? {}, delegate: "dave", wallMs: 3_600_000 }],
  });
  assert.deepEqual(
    carol.machine.state.history.map(({ asker, device }) => [asker, device]),
    [["a client on alice", "d1"]],
  );
  // A second execution is a second one, however soon.
  carol.peer("dave", { type: "struck", ok: true, device: "d1", execution: "dave 1 9", ...about });
  assert.equal(carol.machine.state.history.length, 2);
});

scenario("two that asked for one execution are one record with both", () => {
  const bench = new Bench({});
  const record = {
    target: "bob",
    action: "off",
    ok: true,
    delegate: "carol",
    device: "d1",
    detail: "",
    tookMs: 1,
    wallMs: 5,
    execution: "carol 1 4",
  };
  for (const asker of ["the cluster, on carol", "a client on dave", "a client on dave"]) {
    bench.peer("carol", { type: "records", records: [{ ...record, asker }] });
  }
  assert.deepEqual(bench.machine.state.history.map(({ asker }) => asker), [
    "the cluster, on carol; a client on dave",
  ]);
});

scenario("who joins is given the history by one of those that were there", () => {
  const bench = new Bench({ d1: {} });
  bench.ask();
  bench.reply(true);
  bench.view("alice", "carol", "dave", "erin");
  assert.deepEqual(bench.peers("records").map(({ to }) => to), ["erin"]);
  // Dave is not the first of those that were together.
  bench.view("aaron", "alice", "carol", "dave", "erin");
  assert.deepEqual(bench.peers("records").map(({ to }) => to), ["aaron"], "aaron is new");
  bench.view("aaron", "alice", "carol", "dave", "erin", "frank");
  assert.deepEqual(bench.peers("records").map(({ to }) => to), [], "aaron was there before");
});

scenario("records of others have a bound, and nobody but a member gives them", () => {
  const bench = new Bench({});
  const record = (at: number) => ({
    target: "bob",
    action: "off",
    ok: false,
    delegate: "carol",
    device: "",
    detail: "",
    tookMs: 1,
    asker: `a client on ${at}`,
    wallMs: at,
  });
  const say = (node: string, at: number) =>
    bench.peer(node, { type: "records", records: [record(at)] });
  say("mallory", 1);
  assert.equal(bench.machine.state.history.length, 0);
  for (let at = historyMax + 10; at > 0; at--) say("carol", at);
  const { history } = bench.machine.state;
  assert.equal(history.length, historyMax);
  assert.ok(history.every(({ wallMs }, at) => at === 0 || wallMs >= history[at - 1]!.wallMs));
  const many = Array.from({ length: 17 }, (_, at) => record(1_000 + at));
  bench.peer("carol", { type: "records", records: many });
  assert.ok(history.every(({ wallMs }) => wallMs < 1_000), "too many in one message");
});

scenario("a survey asks every device of every node, and says who was silent", () => {
  const bench = new Bench({ d1: {}, d2: { pcmk_delay_base: "x" } });
  bench.say({ type: "fence/survey", id: "s" }, "client-1");
  assert.deepEqual(bench.peers("survey").map(({ to }) => to), ["carol", "dave"]);
  const key = bench.peers("survey")[0]?.body.key ?? "";
  const [check] = bench.effects.flatMap((effect) =>
    effect.type === "call" && effect.method === "status" ? [effect.id ?? ""] : []
  );
  const answer = { device: "d1", ok: true, detail: "", tookMs: 3, hosts: ["bob"] };
  bench.peer("carol", { type: "surveyed", key, devices: [answer] });
  bench.peer("mallory", { type: "surveyed", key, devices: [answer] });
  bench.at += 40;
  bench.reply(true, check);
  assert.deepEqual(bench.effects.filter(({ type }) => type === "send"), []);
  bench.step({ type: "timer", at: surveyMs, name: `survey ${key}` });
  const [end] = bench.effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "fence/surveyed" ? [effect.message] : []
  );
  assert.deepEqual(end?.silent, ["dave"]);
  assert.deepEqual(
    end?.nodes.map(({ node, devices }) => [
      node,
      ...devices.map(({ device, ok, tookMs }) => `${device} ${ok} ${tookMs}`),
    ]),
    [["alice", "d2 false 0", "d1 true 40"], ["carol", "d1 true 3"]],
  );
  // Another node's survey is answered with this node's own.
  bench.peer("carol", { type: "survey", key: "5" });
  const [own] = [...bench.machine.state.checks.keys()].slice(-1);
  bench.reply(false, `check ${own}`);
  const [told] = bench.peers("surveyed");
  assert.deepEqual([told?.to, told?.body.key], ["carol", "5"]);
  assert.equal(bench.machine.state.surveys.size, 0);
});

scenario("a person's word ends a node, and is recorded as such", () => {
  const bench = new Bench({ d1: {} });
  bench.say({ type: "fence/subscribe" }, "crmd");
  bench.ask();
  const [call] = bench.calls;
  bench.say({ type: "fence/confirm", id: "c", target: "bob", by: "eve" }, "client-1");
  assert.deepEqual(bench.results.map(({ id, ok, delegate }) => [id, ok, delegate]), [
    ["r", true, "alice"],
    ["c", true, "alice"],
  ]);
  assert.ok(bench.peers("struck").every(({ body }) => body.person === true));
  const { history } = bench.machine.state;
  assert.deepEqual(history.map(({ detail, device }) => [detail, device]), [
    ["confirmed by eve, by hand", "by hand: eve"],
    ["confirmed by eve, by hand", "by hand: eve"],
  ]);
  const happened = bench.effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "fence/happened" ? [effect.message] : []
  );
  assert.ok(
    happened.every(({ incarnation }) => incarnation === 1),
    "the CIB hears which life it was",
  );
  bench.reply(true, call?.id);
  assert.deepEqual(bench.results, [], "what the device says later changes nothing");
});

scenario("a person's word for a node that was never seen serves the next request", () => {
  const bench = new Bench({});
  bench.say({ type: "fence/confirm", id: "c", target: "zoe", by: "eve" }, "client-1");
  const ask = () => {
    const { incarnation: _, ...rest } = {
      incarnation: 1,
      target: "zoe",
      action: "reboot" as const,
    };
    bench.say({ type: "fence/request", id: "r", timeoutMs: 9_000, ...rest });
    return bench.results.map(({ ok, delegate }) => [ok, delegate]);
  };
  assert.deepEqual(ask(), [[true, "alice"]]);
  // And of one that another node has announced.
  const other = new Bench({});
  const body = { type: "struck", ok: true, target: "zoe", action: "off", incarnation: 0 };
  other.ask({ target: "zoe", incarnation: 3 });
  other.peer("carol", { ...body, person: true, device: "by hand: eve", incarnation: 3 });
  assert.deepEqual(other.results.map(({ ok, delegate }) => [ok, delegate]), [[true, "carol"]]);
  // It holds until the node is seen.
  bench.view("alice", "carol", "zoe");
  bench.view("alice", "carol");
  assert.deepEqual(ask(), []);
});

scenario("nobody confirms its own end, or that of a member, or without a cluster", () => {
  const bench = new Bench({});
  const confirm = (target: string) => {
    bench.say({ type: "fence/confirm", id: "c", target, by: "eve" }, "client-1");
    return bench.results.map(({ ok, error = "" }) => [ok, /Fix: (.*)/.exec(error)?.[1]]);
  };
  assert.deepEqual(confirm("alice"), [[false, "confirm it on another node"]]);
  assert.deepEqual(confirm("carol"), [[false, "switch it off, then confirm it"]]);
  bench.say({ type: "ccm/evicted" }, "ccm");
  assert.deepEqual(confirm("bob"), [[false, "confirm it on a member"]]);
  assert.deepEqual(bench.machine.state.history, []);
});

Deno.test("who confirms in vain again and again does not fill the log", () => {
  const bench = new Bench({});
  const logs = () => bench.effects.flatMap((one) => one.type === "log" ? [one.text] : []);
  const confirm = (by: string) => {
    bench.say({ type: "fence/confirm", id: by, target: "alice", by }, `client-${by}`);
    assert.equal(bench.results.length, 1, "each is answered");
    return logs();
  };
  assert.equal(confirm("eve").length, 1);
  for (let more = 0; more < 50; more++) assert.deepEqual(confirm(`eve${more}`), []);
  bench.at += 60_000;
  assert.match(confirm("eve")[0]!, /is refused: .*\(and 50 more like it since the last line\)$/);
});

scenario("unfencing: a node switches itself on, and another asks it first", () => {
  const bench = new Bench({ d1: { provides: "unfencing", pcmk_host_list: "alice carol" } });
  bench.ask({ action: "on", target: "carol" });
  assert.deepEqual(bench.peers("fence").map(({ to }) => to), ["carol"]);
  const key = bench.peers("fence")[0]?.body.key ?? "";
  bench.peer("carol", { type: "fenced", key, ok: true, detail: "" });
  assert.deepEqual(bench.results.map(({ ok, delegate }) => [ok, delegate]), [[true, "carol"]]);
  bench.ask({ action: "on", target: "alice", id: "own" });
  assert.deepEqual(bench.orders, ["d1 on alice"]);
  // Its end is another matter.
  bench.ask({ action: "off", target: "alice", id: "end" });
  assert.deepEqual(bench.orders, []);
});

scenario("a node that joins learns what the devices of this one have confirmed", () => {
  const bench = new Bench({ d1: {} });
  const told = () =>
    bench.peers("struck").map(({ to, body: { execution: _, ...body } }) => [to, body]);
  bench.ask();
  bench.view("alice", "carol", "dave", "erin");
  assert.deepEqual(told(), [], "what is under way is not over");
  bench.reply(true, [...bench.machine.state.calls.keys()][0]);
  const struck = { type: "struck", ok: true, device: "d1", target: "bob", action: "reboot" };
  const body = { ...struck, incarnation: 1 };
  assert.deepEqual(told().map(([to]) => to), ["carol", "dave", "erin"]);
  bench.view("alice", "carol", "dave", "erin", "frank");
  assert.deepEqual(told(), [["frank", body]]);
  // Its fencing daemon was restarted.
  bench.peer("carol", { type: "recall" });
  assert.deepEqual(told(), [["carol", body]]);
  bench.peer("bob", { type: "recall" });
  assert.deepEqual(told(), [], "bob is no member");
  // The node has begun another life: what ended the earlier one concerns nobody.
  bench.view("alice", "bob:2", "carol", "dave", "erin");
  bench.peer("carol", { type: "recall" });
  assert.deepEqual(told(), []);
});

scenario("a coordinator that comes after a fencing does not have it done again", () => {
  const bench = new Bench({ d1: {} });
  const struck = { ok: true, device: "d9", execution: "dave 1 1", target: "bob" } as const;
  bench.peer("dave", { type: "struck", ...struck, action: "reboot", incarnation: 1 });
  bench.ask();
  assert.deepEqual(bench.orders, []);
});

scenario("a member that was restarted between two views gets the history again", () => {
  const bench = new Bench({ d1: {} });
  bench.ask();
  bench.reply(true);
  bench.view("alice", "carol:2", "dave");
  assert.deepEqual(bench.peers("records").map(({ to }) => to), ["carol"]);
  assert.deepEqual(bench.timers.map(({ name }) => name), ["history"]);
  bench.view("alice", "carol:2", "dave");
  assert.deepEqual(bench.peers("records"), []);
});

scenario("the first of those that were there before says the whole history, no newcomer", () => {
  const bench = new Bench({ d1: {} });
  const record = (at: number) => ({
    target: "bob",
    action: "reboot",
    ok: true,
    delegate: "carol",
    device: "d9",
    asker: "carol",
    detail: "",
    tookMs: 1,
    wallMs: at,
    execution: `carol 1 ${at}`,
  } as const);
  const records = Array.from({ length: 17 }, (_, at) => record(at));
  bench.peer("carol", { type: "records", records: records.slice(0, 16) });
  bench.peer("carol", { type: "records", records: records.slice(16) });
  bench.view("aaron", "alice", "carol", "dave");
  bench.due("history");
  const told = (node: string) =>
    bench.peers("records").flatMap(({ to, body }) => to === node ? body.records : []);
  assert.equal(told("dave").length, 17, "more than the last 16");
  // Another one was there before it in the next view, and comes first.
  bench.view("aaron", "alice", "carol", "dave", "erin");
  bench.due("history");
  assert.equal(told("dave").length, 16);
});
