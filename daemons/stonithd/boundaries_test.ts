/**
 * The edges of fencing: the last moment of a request, what is remembered and for how long, what is
 * asked again, and quiet days.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { stonithd } from "./core.ts";
import { describingMax } from "./describe.ts";
import { fencingOf, mayConcernFencing, pluginOf } from "./devices.ts";
import { fenceAnswer, hostsAnswer } from "./answers.ts";
import { rememberedMax } from "./elsewhere.ts";
import { attemptMsMin } from "./budget.ts";
import { levelsOf } from "./topology.ts";
import { workingMs } from "./working.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("stonithd_boundaries");

const version = { adminEpoch: 0, epoch: 0, numUpdates: 0 };

/** Alice's stonithd, with two devices that know bob; carol and dave are members too. */
function table(options: { readonly devices?: string } = {}) {
  const machine = recorded(stonithd());
  let at = 0;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  const say = (message: Message, service = "tengine", node = "alice") =>
    step({ type: "message", from: { node, service }, message });
  const begun = step({ type: "start", wallMs: 7_000, seed: 1, node: "alice", saved: new Map() });
  const devices = options.devices ??
    ["d1", "d2"].map((id) => `<primitive id="${id}" class="stonith" type="process"/>`).join("");
  const xml = `<cib><configuration><resources>${devices}</resources></configuration></cib>`;
  const configured = say({ type: "cib/document", id: "", version, xml }, "cib");
  for (const id of machine.state.devices.keys()) {
    step({ type: "loaded", instance: id, result: { ok: true, value: "process" } });
    step({ type: "reply", id: `hosts ${id}`, result: { ok: true, value: ["bob"] } });
  }
  const view = (...members: readonly string[]) =>
    say({
      type: "ccm/view",
      view: {
        epoch: 1,
        quorate: true,
        electorate: [],
        members: members.map((text) => {
          const [node = "", incarnation = "1"] = text.split(":");
          return { node, incarnation: Number(incarnation), bornOn: 1 };
        }),
      },
    }, "ccm");
  view("alice", "bob", "carol", "dave");
  view("alice", "carol", "dave");
  return {
    begun,
    configured,
    state: machine.state,
    step,
    say,
    view,
    at: (ms: number) => void (at = ms),
    ask: (id: string, change: object = {}) =>
      say({
        type: "fence/request",
        id,
        target: "bob",
        incarnation: 1,
        action: "reboot",
        timeoutMs: 60_000,
        ...change,
      } as Message),
    peer: (node: string, body: object) =>
      say({ type: "peer", body: body as never }, "stonithd", node),
    reply: (id: string | undefined, ok: boolean, detail = "x") =>
      step({ type: "reply", id: id ?? "", result: { ok: true, value: { ok, detail } } }),
  };
}

const fences = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "call" && effect.method === "fence" ? [effect] : []);
const sent = <T extends Message["type"]>(effects: readonly Effect[], type: T) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === type
      ? [effect.message as Extract<Message, { readonly type: T }>]
      : []
  );
const bodies = (effects: readonly Effect[]) =>
  sent(effects, "peer").map(({ body }) => body as Readonly<Record<string, unknown>>);
const logs = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "log" ? [`${effect.level}: ${effect.text}`] : []);

scenario(
  "nothing is begun in the last moment of a request, and what is left before is used",
  () => {
    for (const [lateMs, begins] of [[59_899, true], [59_900, false], [60_000, false]] as const) {
      const { ask, reply, at } = table();
      const [first] = fences(ask("r"));
      at(lateMs);
      const effects = reply(first?.id, false);
      assert.equal(fences(effects).length, begins ? 1 : 0, `${lateMs}`);
      assert.deepEqual(sent(effects, "fence/result").map(({ ok }) => ok), begins ? [] : [false]);
      if (begins) assert.equal(fences(effects)[0]?.deadlineMs, 51);
    }
  },
);

scenario(
  "the time is shared among the attempts, each with ten seconds if there are so many",
  () => {
    const { ask } = table();
    // Two devices and two members: four attempts.
    assert.equal(fences(ask("r"))[0]?.deadlineMs, 15_000);
    assert.equal(fences(table().ask("r", { timeoutMs: 24_000 }))[0]?.deadlineMs, attemptMsMin);
    assert.equal(fences(table().ask("r", { timeoutMs: 12_000 }))[0]?.deadlineMs, 6_000);
  },
);

scenario("what this node's device has confirmed is not done again; what failed is", () => {
  const { ask, reply } = table();
  const asked = ask("r1");
  reply(fences(asked)[0]?.id, true);
  const again = ask("r2");
  assert.deepEqual(fences(again), []);
  assert.deepEqual(sent(again, "fence/result").map(({ ok, delegate }) => [ok, delegate]), [
    [true, "alice"],
  ]);
  assert.equal(fences(ask("r3", { incarnation: 2 })).length, 1, "another life");
  const other = table();
  let effects = other.ask("r1");
  for (let time = 0; time < 2; time++) effects = other.reply(fences(effects)[0]?.id, false);
  other.step({ type: "timer", name: "request reboot bob" });
  assert.equal(fences(other.ask("r2")).length, 1);
});

scenario("a request knows the latest life of its target that anybody saw", () => {
  for (const [asked, seen, expected] of [[3, 2, 3], [1, 2, 2], [undefined, 2, 2]] as const) {
    const { ask, view, state } = table();
    view("alice", `bob:${seen}`, "carol");
    view("alice", "carol");
    ask("r", { incarnation: asked });
    assert.equal([...state.requests.values()][0]?.incarnation, expected);
  }
});

scenario(
  "the same fencing heard of twice is one in the history; five seconds later it is another",
  () => {
    for (const [afterMs, count] of [[4_999, 1], [5_000, 2]] as const) {
      const { peer, state, at } = table();
      const struck = { type: "struck", target: "bob", action: "off", incarnation: 1, ok: true };
      peer("carol", struck);
      at(afterMs);
      peer("carol", { ...struck, device: "power" });
      assert.equal(state.history.length, count, `${afterMs}`);
      assert.equal(state.history.at(-1)?.device, "power");
      assert.equal(state.history[0]?.wallMs, 7_000);
    }
  },
);

scenario("as many targets are remembered as the bound says, the latest ones", () => {
  const { peer, state } = table();
  for (let at = 0; at <= rememberedMax; at++) {
    const target = `n${at}`;
    peer("carol", { type: "strikes", target, action: "off", incarnation: 1 });
    peer("carol", { type: "struck", target, action: "off", incarnation: 1, ok: true });
  }
  assert.equal(state.confirmed.size, rememberedMax);
  assert.equal(state.confirmed.has("n0"), false);
  assert.equal(state.striking.size, 0);
});

scenario("a member that leaves strikes no more", () => {
  const { peer, view, state, ask } = table();
  peer("carol", { type: "strikes", target: "bob", action: "reboot", incarnation: 1 });
  view("alice", "carol");
  assert.equal(state.striking.size, 1);
  view("alice", "dave");
  assert.equal(state.striking.size, 0);
  assert.equal(fences(ask("r")).length, 1);
});

scenario("services are subscribed to when they come, and no others", () => {
  const { begun, step, state } = table();
  const types = (effects: readonly Effect[]) =>
    effects.map((effect) => effect.type === "send" ? effect.message.type : effect.type);
  const all = ["ccm/subscribe", "cib/subscribe", "heartbeat/subscribe", "cib/query"];
  assert.deepEqual(types(begun), all);
  for (const service of ["ccm", "cib"]) {
    step({ type: "peer", service, up: false });
    // A query of the one before is never answered.
    state.querying = true;
    assert.deepEqual(types(step({ type: "peer", service, up: true })), all, service);
  }
  assert.deepEqual(
    types(step({ type: "peer", service: "heartbeat", up: true })),
    ["heartbeat/subscribe"],
  );
  assert.deepEqual(step({ type: "peer", service: "lrmd", up: true }), []);
  assert.deepEqual(step({ type: "peer", service: "lrmd", up: false }), []);
});

scenario("a change of the CIB is read if it may concern fencing", () => {
  const { say } = table();
  const queries = (path: string, replaced = false) => {
    const changes = [{ op: "delete" as const, path }];
    const asked = sent(
      say({ type: "cib/changed", version, replaced, changes }, "cib"),
      "cib/query",
    );
    if (asked.length > 0) say({ type: "cib/document", id: "", version, xml: "<cib/>" }, "cib");
    return asked.length;
  };
  assert.equal(queries("/cib/status"), 0);
  assert.equal(queries("/cib/status/node_state[@id='a']"), 0);
  assert.equal(queries("/cib/status", true), 1);
  assert.equal(queries("/cib/configuration/resources/primitive[@id='d']"), 1);
  assert.equal(queries("/cib/configuration"), 1);
  assert.equal(mayConcernFencing({ path: "/cib/statusx" }), true);
  assert.equal(mayConcernFencing({ path: "/cib/configuration/constraints[1]" }), false);
});

scenario("what the CIB says of devices and levels", () => {
  const { devices, topology } = fencingOf(`<cib><configuration><resources>
    <group id="g"><primitive id="b" class="stonith" type="external/ipmi"><instance_attributes id="i">
      <nvpair id="1" name="host" value="h"/><nvpair id="2" name="pcmk_host_list" value="x, y;z"/>
      <nvpair id="3" name="pcmk_delay_base" value="2s"/></instance_attributes></primitive></group>
    <primitive id="a" class="stonith" type="process"/><primitive id="c" class="ocf" type="Dummy"/>
    </resources><fencing-topology>
      <fencing-level id="l3" target="n" index="2" devices="a"/>
      <fencing-level id="l1" target="n" devices="b, a,"/>
    </fencing-topology></configuration><status><primitive id="s" class="stonith"/></status></cib>`);
  assert.deepEqual(
    devices.map(({ id, plugin, hosts, delayBase: { allMs }, config }) => [
      id,
      plugin,
      hosts,
      allMs,
      config,
    ]),
    [
      ["a", "stonith/process", undefined, 0, {}],
      ["b", "stonith/external/ipmi", ["x", "y", "z"], 2_000, {
        host: "h",
        pcmk_host_list: "x, y;z",
      }],
    ],
  );
  assert.deepEqual(levelsOf(topology, "n"), [
    { index: 1, devices: ["b", "a"] },
    { index: 2, devices: ["a"] },
  ]);
  assert.equal(pluginOf("fence_x"), "stonith/fence_x");
});

scenario("answers of devices at their bounds, and beyond", () => {
  const answer = (value: unknown) => fenceAnswer({ ok: true, value });
  assert.deepEqual(answer({ ok: true, detail: "x".repeat(1_025) }).detail.length, 1_024);
  assert.deepEqual(answer({ ok: true, detail: 7 }), { ok: true, detail: "" });
  assert.equal(answer({ ok: 1 }).ok, false);
  assert.deepEqual(fenceAnswer({ ok: false, error: "gone" }), { ok: false, detail: "gone" });
  assert.equal(hostsAnswer(Array(1_024).fill("a"))?.length, 1_024);
  assert.equal(hostsAnswer(Array(1_025).fill("a")), undefined);
  assert.equal(hostsAnswer(["a", 1]), undefined);
  assert.equal(hostsAnswer("a"), undefined);
});

scenario(
  "who asks this node hears that it is worked at, again and again until it is answered",
  () => {
    const { peer, reply, step } = table();
    const body = { type: "fence", key: "9 reboot bob", target: "bob", incarnation: 1 };
    const asked = peer("carol", { ...body, action: "reboot", timeoutMs: 30_000 });
    const working = (effects: readonly Effect[]) =>
      bodies(effects).filter(({ type }) => type === "working").map(({ key }) => key);
    assert.deepEqual(working(asked), ["9 reboot bob"]);
    assert.ok(asked.some((effect) => effect.type === "timer" && effect.inMs === workingMs));
    assert.deepEqual(working(step({ type: "timer", name: "working reboot bob" })), [
      "9 reboot bob",
    ]);
    const end = reply(fences(asked)[0]?.id, true);
    assert.deepEqual(bodies(end).filter(({ type }) => type === "fenced"), [
      {
        type: "fenced",
        key: "9 reboot bob",
        ok: true,
        detail: "confirmed by the device",
        device: "d1",
        execution: "alice 1 4",
      },
    ]);
    assert.ok(
      end.some((effect) => effect.type === "cancel" && effect.name === "working reboot bob"),
    );
    assert.deepEqual(working(step({ type: "timer", name: "working reboot bob" })), []);
  },
);

scenario("a request of another node is handed on to nobody", () => {
  const { peer, reply } = table();
  const body = { type: "fence", key: "9 reboot bob", target: "bob", incarnation: 1 };
  let effects = peer("carol", { ...body, action: "reboot", timeoutMs: 60_000 });
  for (let time = 0; time < 2; time++) effects = reply(fences(effects)[0]?.id, false, "stuck");
  assert.deepEqual(bodies(effects).filter(({ type }) => type === "fence"), []);
  const [fenced] = bodies(effects).filter(({ type }) => type === "fenced");
  assert.deepEqual([fenced?.ok, fenced?.detail], [
    false,
    'device "d1": stuck; device "d2": stuck',
  ]);
});

scenario("a level that is partly done has confirmed nothing yet", () => {
  const { ask, reply, say } = table();
  const xml = `<cib><configuration><resources>${
    ["d1", "d2"].map((id) => `<primitive id="${id}" class="stonith" type="process"/>`).join("")
  }</resources><fencing-topology><fencing-level id="l" target="bob" index="1" devices="d1,d2"/>` +
    `</fencing-topology></configuration></cib>`;
  say({ type: "cib/document", id: "", version, xml }, "cib");
  const first = ask("r");
  const second = reply(fences(first)[0]?.id, true);
  assert.equal(fences(second)[0]?.instance, "d2");
  assert.deepEqual(
    bodies(second).filter(({ type }) =>
      type === "strikes"
    ),
    [],
    "said once",
  );
  const third = reply(fences(second)[0]?.id, true);
  const [struck] = bodies(third).filter(({ type }) => type === "struck");
  assert.deepEqual([struck?.ok, struck?.device], [true, "d1, d2"]);
});

scenario("questions about parameters: one load, each answered once, and a bound", () => {
  const { say, step } = table();
  const ask = (id: string) => say({ type: "fence/describe", id, device: "process" }, "cib");
  const [load] = ask("1");
  assert.equal(load?.type, "load");
  assert.deepEqual(ask("2"), [], "it is being loaded");
  const instance = load?.type === "load" ? load.instance : "";
  const calls = step({ type: "loaded", instance, result: { ok: true, value: "" } })
    .flatMap((effect) => effect.type === "call" ? [effect] : []);
  assert.deepEqual(calls.map(({ method, args }) => [method, args]), [
    ["describe", ["stonith/process"]],
    ["describe", ["stonith/process"]],
  ]);
  const reply = (id = "") => step({ type: "reply", id, result: { ok: true, value: "<x/>" } });
  assert.deepEqual(sent(reply(calls[0]?.id), "fence/described"), [
    { type: "fence/described", id: "1", metaData: "<x/>" },
  ]);
  assert.deepEqual(reply(calls[0]?.id), [], "it was answered");
  // Who asks gets the answer: a client too.
  const [call] = say({ type: "fence/describe", id: "c", device: "process" }, "client-1");
  assert.ok(call?.type === "call");
  const [answer] = reply(call.id);
  assert.ok(answer?.type === "send");
  assert.deepEqual([answer.to, answer.message], [
    { service: "client-1" },
    { type: "fence/described", id: "c", metaData: "<x/>" },
  ]);
  for (let at = 1; at < describingMax; at++) assert.equal(ask(`n${at}`)[0]?.type, "call");
  assert.deepEqual(sent(ask("more"), "fence/described"), [{ type: "fence/described", id: "more" }]);
});

scenario("what cannot be loaded is tried again at the next question", () => {
  const { say, step } = table();
  const ask = (id: string) => say({ type: "fence/describe", id, device: "process" }, "cib");
  const [load] = ask("1");
  const instance = load?.type === "load" ? load.instance : "";
  const failed = step({ type: "loaded", instance, result: { ok: false, error: "no" } });
  assert.deepEqual(sent(failed, "fence/described"), [{ type: "fence/described", id: "1" }]);
  assert.equal(ask("2")[0]?.type, "load");
});

scenario("a device that goes with the configuration is unloaded at the end with the others", () => {
  const { configured, step, say } = table();
  const names = (effects: readonly Effect[]) =>
    effects.map((effect) =>
      "instance" in effect ? `${effect.type} ${effect.instance}` : effect.type
    );
  assert.deepEqual(names(configured), ["load d1", "load d2"]);
  const xml = `<cib><configuration><resources><primitive id="d2" class="stonith" type="process"/>` +
    `</resources></configuration></cib>`;
  assert.deepEqual(names(say({ type: "cib/document", id: "", version, xml }, "cib")), [
    "unload d1",
  ]);
  assert.deepEqual(names(step({ type: "stop" })), ["unload d2", "stopped"]);
});

scenario("a fencing that goes well leaves two lines; everything else leaves none", () => {
  const { ask, reply, say, view, begun, configured } = table();
  const asked = ask("r");
  const end = reply(fences(asked)[0]?.id, true);
  assert.deepEqual(logs([...asked, ...end]), [
    "notice: Fencing bob (reboot) is asked for",
    'notice: bob is fenced (reboot) by alice, device "d1", after 0 ms',
  ]);
  const quiet = [
    ...begun,
    ...configured,
    ...view("alice", "carol"),
    ...say({ type: "status/query", id: "s" }, "client-1"),
    ...say({ type: "fence/check", id: "c", device: "d1" }, "lrmd"),
    ...say({ type: "fence/subscribe" }, "crmd"),
  ];
  assert.deepEqual(logs(quiet), []);
  assert.match(
    logs(say({ type: "fence/checked", id: "", ok: true, detail: "" }))[0] ?? "",
    /"fence\/checked" from "tengine" is not for stonithd/,
  );
});
