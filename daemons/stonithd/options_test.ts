/**
 * What options of devices and of a request do: delays, tries, times, limits, plugs, levels.
 *
 * @module
 */
import assert from "node:assert/strict";
import { scenarios } from "../runtime/testing/transcript.ts";
import { Bench } from "./testing_bench.ts";

const scenario = scenarios("stonithd_options");
const level = (index: number, devices: string) =>
  `<fencing-level id="l${index}" target="bob" index="${index}" devices="${devices}"/>`;

scenario("a parameter that cannot be heeded keeps its device from being used, by its name", () => {
  const bench = new Bench({ d1: { pcmk_off_action: "explode" } });
  assert.equal(bench.machine.state.devices.get("d1")?.state, "failed");
  bench.ask();
  assert.deepEqual(bench.orders, []);
  const [carol] = bench.peers("fence");
  bench.peer("carol", { type: "fenced", key: carol?.body.key ?? "", ok: false, detail: "no" });
  const [dave] = bench.peers("fence");
  bench.peer("dave", { type: "fenced", key: dave?.body.key ?? "", ok: false, detail: "no" });
  assert.equal(bench.results[0]?.ok, false);
  // What is put right is loaded.
  const loads = bench.configure({ d1: {} }).filter(({ type }) => type === "load");
  assert.equal(loads.length, 1);
});

scenario("a change of a delay keeps the plugin; a change of the device loads it again", () => {
  const bench = new Bench({ d1: {} });
  const kinds = () => bench.effects.map(({ type }) => type).filter((type) => /load/.test(type));
  bench.configure({ d1: { pcmk_delay_base: "5s" } });
  assert.deepEqual(kinds(), []);
  bench.ask();
  assert.deepEqual(bench.timers.filter(({ name }) => /^delay/.test(name)).map(({ inMs }) => inMs), [
    5_000,
  ]);
  bench.configure({ d1: { hostlist: "bob" } });
  assert.deepEqual(kinds(), ["unload", "load"]);
});

scenario("the delay of the request comes before the first device, and once", () => {
  const bench = new Bench({ d1: { pcmk_delay_base: "2s" }, d2: {} });
  bench.ask({ delayMs: 15_000 });
  assert.deepEqual(bench.orders, []);
  assert.equal(bench.timers.find(({ name }) => /^request/.test(name))?.inMs, 60_000 + 17_000);
  const [underway] = bench.effects.filter((effect) =>
    effect.type === "send" && effect.message.type === "fence/underway"
  );
  assert.ok(underway, "the requester hears that it takes longer");
  bench.due("delay ");
  assert.equal(bench.at, 1_000 + 17_000);
  assert.deepEqual(bench.orders, ["d1 reboot bob"]);
  bench.reply(false);
  assert.deepEqual(bench.orders, ["d2 reboot bob"], "it has waited");
  bench.at += 1_000;
  bench.reply(false);
  assert.equal(bench.peers("fence")[0]?.body.delayMs, undefined);
});

scenario("a node that is asked instead waits for the rest of the delay", () => {
  const bench = new Bench({ d1: { pcmk_host_list: "carol" } });
  bench.ask({ delayMs: 15_000 });
  const [carol] = bench.peers("fence");
  assert.equal(carol?.body.delayMs, 15_000);
  bench.at += 4_000;
  bench.peer("carol", { type: "fenced", key: carol?.body.key ?? "", ok: false, detail: "no" });
  const [dave] = bench.peers("fence");
  assert.deepEqual([dave?.to, dave?.body.delayMs], ["dave", 11_000]);
  // And so does this node where another one asks.
  const other = new Bench();
  const body = { type: "fence", key: "1 off bob", target: "bob", action: "off", timeoutMs: 9_000 };
  other.peer("carol", { ...body, delayMs: 3_000 });
  assert.deepEqual(other.orders, []);
  other.due("delay ");
  assert.deepEqual(other.orders, ["d1 off bob"]);
});

scenario("switching on does not wait", () => {
  const bench = new Bench({ d1: { pcmk_delay_base: "9s" } });
  bench.ask({ action: "on", delayMs: 9_000 });
  assert.deepEqual(bench.orders, ["d1 on bob"]);
});

scenario("a random delay is another one each time, and the same from the same seed", () => {
  const delays = () => {
    const bench = new Bench({ d1: { pcmk_delay_max: "10s" } });
    return Array.from({ length: 5 }, (_, at) => {
      bench.ask({ action: "off", incarnation: at + 2, id: `r${at}` });
      const [timer] = bench.timers.filter(({ name }) => /^delay/.test(name));
      bench.due("delay ");
      bench.reply(true);
      return timer?.inMs ?? -1;
    });
  };
  const once = delays();
  assert.deepEqual(delays(), once);
  assert.equal(new Set(once).size, 5);
  assert.ok(once.every((ms) => ms >= 0 && ms <= 10_000), `${once}`);
});

scenario("what waits for its delay is not begun by a node that has left the membership", () => {
  const bench = new Bench({ d1: { pcmk_delay_base: "5s" } });
  bench.ask();
  const { effects } = bench;
  bench.say({ type: "ccm/evicted" }, "ccm");
  assert.equal(bench.results[0]?.ok, false);
  bench.effects = effects;
  bench.due("delay ");
  assert.deepEqual(bench.orders, []);
});

scenario("a device is tried as often as it may, while there is time", () => {
  const bench = new Bench({ d1: { pcmk_reboot_retries: "3" }, d2: {} });
  bench.ask();
  bench.reply(false);
  assert.deepEqual(bench.orders, ["d1 reboot bob"]);
  bench.reply(false);
  assert.deepEqual(bench.orders, ["d1 reboot bob"]);
  bench.reply(false);
  assert.deepEqual(bench.orders, ["d2 reboot bob"], "that was the third");
  // A device that has used up its time is not tried again.
  const slow = new Bench({ d1: { pcmk_reboot_retries: "3", pcmk_reboot_timeout: "10s" }, d2: {} });
  slow.ask();
  slow.at += 7_000;
  slow.reply(false);
  assert.deepEqual(slow.orders, ["d2 reboot bob"]);
});

scenario("a device has the time that it is given, and the request as much as all need", () => {
  const bench = new Bench({
    d1: { pcmk_reboot_timeout: "100s" },
    d2: { pcmk_reboot_timeout: "5s" },
  });
  bench.ask();
  // Here and then elsewhere: twice what both need.
  assert.equal(bench.timers.find(({ name }) => /^request/.test(name))?.inMs, 210_000);
  assert.deepEqual(bench.calls.map(({ deadlineMs }) => deadlineMs), [100_000]);
  bench.reply(false);
  assert.deepEqual(bench.calls.map(({ deadlineMs }) => deadlineMs), [5_000]);
  bench.reply(false);
  assert.equal(bench.peers("fence")[0]?.body.timeoutMs, 105_000);
});

scenario("another action, another plug", () => {
  const bench = new Bench({ d1: { pcmk_host_map: "bob:7", pcmk_reboot_action: "off" } });
  bench.ask();
  assert.deepEqual(bench.orders, ["d1 off 7"]);
  assert.deepEqual(bench.reply(true).length > 0 && bench.results.map(({ ok }) => ok), [true]);
});

scenario("a device does one thing at a time, or as many as it may; who waits has its turn", () => {
  const bench = new Bench({ d1: { pcmk_host_list: "bob carol" } });
  bench.ask();
  const [first] = bench.calls;
  bench.ask({ target: "carol", id: "second" });
  assert.deepEqual(bench.orders, []);
  bench.reply(true, first?.id);
  assert.deepEqual(bench.orders, ["d1 reboot carol"]);
  bench.reply(true);
  assert.deepEqual(bench.results.map(({ id }) => id), ["second"]);
  const two = new Bench({ d1: { pcmk_host_list: "bob carol", pcmk_action_limit: "2" } });
  two.ask();
  two.ask({ target: "carol", id: "second" });
  assert.deepEqual(two.orders, ["d1 reboot carol"]);
});

scenario("who waits for its turn too long goes on; a device that fails meanwhile is left", () => {
  const bench = new Bench({ d1: { pcmk_host_list: "bob carol" }, d2: { pcmk_host_list: "carol" } });
  bench.ask();
  bench.ask({ target: "carol", id: "second" });
  bench.due("turn ");
  assert.deepEqual(bench.orders, ["d2 reboot carol"]);
  const gone = new Bench({ d1: { pcmk_host_list: "bob carol" }, d2: { pcmk_host_list: "carol" } });
  gone.ask();
  const [call] = gone.calls;
  gone.ask({ target: "carol", id: "second" });
  gone.step({ type: "fault", at: gone.at, instance: "d1", why: "given up", givenUp: true });
  gone.reply(false, call?.id);
  gone.due("turn ");
  assert.deepEqual(gone.orders, ["d2 reboot carol"]);
});

scenario("who waited for a device until its time was over gets no turn any more", () => {
  const bench = new Bench({ d1: { pcmk_host_list: "bob carol" } });
  bench.ask();
  const [call] = bench.calls;
  bench.ask({ target: "carol", id: "second" });
  bench.at += 59_950;
  bench.reply(true, call?.id);
  assert.deepEqual(bench.orders, [], "the asker has turned to another node by now");
  bench.due("turn ");
  assert.deepEqual(bench.results.map(({ id, ok }) => [id, ok]), [["second", false]]);
});

scenario("a reboot by several devices of a level is all off, and then all on", () => {
  const bench = new Bench({ d1: {}, d2: { pcmk_host_map: "bob:7" } }, level(1, "d1,d2"));
  bench.ask();
  assert.deepEqual(bench.orders, ["d1 off bob"]);
  bench.reply(true);
  assert.deepEqual(bench.orders, ["d2 off 7"]);
  bench.reply(true);
  assert.deepEqual(
    bench.results.map(({ ok }) => ok),
    [true],
    "it is dead, even if its power returns later",
  );
  assert.deepEqual(bench.orders, ["d1 on bob", "d2 on 7"]);
  const [on] = bench.calls;
  assert.deepEqual(bench.reply(false, on?.id).map(({ type }) => type), ["log"]);
  assert.deepEqual(bench.machine.state.calls.size, 1);
});

scenario("a device whose reboot is off is not switched on again", () => {
  const bench = new Bench({ d1: { pcmk_reboot_action: "off" }, d2: {} }, level(1, "d1,d2"));
  bench.ask();
  bench.reply(true);
  bench.reply(true);
  assert.deepEqual(bench.orders, ["d2 on bob"]);
});

scenario("a level of which a device is missing is not begun", () => {
  const bench = new Bench({ d1: {}, d2: {} }, level(1, "d1,d9") + level(2, "d2"));
  bench.ask();
  assert.deepEqual(bench.orders, ["d2 reboot bob"]);
});

scenario("a level that fails in the middle gives way to the next", () => {
  const bench = new Bench({ d1: {}, d2: {}, d3: {} }, level(1, "d1,d2") + level(2, "d3"));
  bench.ask();
  bench.reply(true);
  bench.reply(false);
  assert.deepEqual(bench.orders, ["d3 reboot bob"]);
  bench.reply(true);
  assert.deepEqual(bench.orders, [], "one device alone reboots by itself");
  assert.equal(bench.results[0]?.ok, true);
});

scenario("a device may be for every node", () => {
  const bench = new Bench({ d1: { pcmk_host_check: "none" } });
  bench.ask({ target: "zoe" });
  assert.deepEqual(bench.orders, ["d1 reboot zoe"]);
});

scenario("a list that fails is asked again as often as it may be", () => {
  const bench = new Bench({ d1: { pcmk_list_retries: "2", pcmk_list_timeout: "3s" } });
  const fail = () =>
    bench.step({ type: "reply", at: 0, id: "hosts d1", result: { ok: false, error: "busy" } })
      .flatMap((effect) => effect.type === "call" ? [[effect.method, effect.deadlineMs]] : []);
  assert.deepEqual(fail(), [["hosts", 3_000]]);
  assert.deepEqual(fail(), []);
});

scenario("a requested delay ends with the membership that it was computed for", () => {
  const bench = new Bench({ d1: {} });
  bench.ask({ delayMs: 15_000 });
  bench.at += 5_000;
  bench.view("alice", "bob", "carol", "dave");
  assert.match(bench.results[0]?.error ?? "", /the membership has changed during its delay/);
  bench.view("alice", "carol", "dave");
  // What a device has begun goes on, and a device's own delay does.
  bench.ask({ delayMs: 15_000 });
  bench.due("delay");
  assert.deepEqual(bench.orders, ["d1 reboot bob"]);
  bench.view("alice", "bob", "carol", "dave");
  assert.deepEqual(bench.results, []);
  const own = new Bench({ d1: { pcmk_delay_base: "9s" } });
  own.ask();
  own.view("alice", "bob", "carol", "dave");
  assert.deepEqual(own.results, []);
});
