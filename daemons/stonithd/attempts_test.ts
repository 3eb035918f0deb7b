/**
 * Attempts one after another: what is begun, what is not begun any more, and what each failure says.
 *
 * @module
 */
import assert from "node:assert/strict";
import { manifestsApi } from "./manifests.ts";
import { deviceMetaData } from "./doors/metadata.ts";
import type { Effect, Event } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";
import { stonithd } from "./core.ts";
import { rememberedMax } from "./elsewhere.ts";
import { metaDataCharactersMax } from "./protocol.ts";
import { requestsMax } from "./request.ts";

const scenario = scenarios("stonithd_attempts");
const version = { adminEpoch: 0, epoch: 0, numUpdates: 0 };

/** Alice's stonithd, whose devices know bob, with levels of them; carol and dave are members too. */
function table(
  options: {
    readonly levels?: readonly string[];
    readonly delay?: Readonly<Record<string, string>>;
  } = {},
) {
  const { levels = [], delay = {} } = options;
  const machine = recorded(stonithd());
  let at = 500;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  const say = (message: Message, service = "tengine", node = "alice") =>
    step({ type: "message", from: { node, service }, message });
  step({ type: "start", wallMs: 7_000, seed: 1, node: "alice", saved: new Map() });
  const devices = ["d1", "d2"].map((id) =>
    `<primitive id="${id}" class="stonith" type="process"><instance_attributes id="${id}-i">` +
    `<nvpair id="${id}-d" name="pcmk_delay_base" value="${delay[id] ?? "0"}"/>` +
    `</instance_attributes></primitive>`
  ).join("");
  const topology = levels.map((ids, at) =>
    `<fencing-level id="l${at}" target="bob" index="${at + 1}" devices="${ids}"/>`
  ).join("");
  const xml = `<cib><configuration><resources>${devices}</resources><fencing-topology>${topology}` +
    `</fencing-topology></configuration></cib>`;
  say({ type: "cib/document", id: "", version, xml }, "cib");
  for (const id of ["d1", "d2"]) {
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
    reply: (effects: readonly Effect[], ok: boolean, detail = "x") =>
      step({
        type: "reply",
        id: strikes(effects)[0] ?? "",
        result: { ok: true, value: { ok, detail } },
      }),
  };
}

const calls = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "call" && effect.method === "fence" ? [effect] : []);
const strikes = (effects: readonly Effect[]) => calls(effects).map(({ id }) => id ?? "");
const struck = (effects: readonly Effect[]) => calls(effects).map(({ instance }) => instance);
const results = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "fence/result" ? [effect.message] : []
  );
const bodies = (effects: readonly Effect[], type: string) =>
  effects.flatMap((effect) => {
    if (effect.type !== "send" || effect.message.type !== "peer") return [];
    const body = effect.message.body as Readonly<Record<string, string | number>>;
    return body.type === type ? [{ key: `${body.key}`, to: effect.to.node }] : [];
  });

scenario("a level ends with its first failure, and the next level begins", () => {
  const { ask, reply } = table({ levels: ["d1,d2", "d2"] });
  const first = ask("r");
  assert.deepEqual(struck(first), ["d1"]);
  const second = reply(first, false, "no power");
  assert.deepEqual(struck(second), ["d2"]);
  const third = reply(second, false);
  assert.deepEqual(struck(third), [], "its first level had one more device");
  assert.deepEqual(bodies(third, "fence").map(({ to }) => to), ["carol"]);
});

scenario("a level with a device that is not there fails with the reason, once", () => {
  const { ask, peer } = table({ levels: ["d9,d1"] });
  const [carol] = bodies(ask("r"), "fence");
  const next = peer("carol", { type: "fenced", key: carol?.key, ok: false, detail: "no device" });
  const [dave] = bodies(next, "fence");
  const end = peer("dave", { type: "fenced", key: dave?.key, ok: false, detail: "none here" });
  assert.deepEqual(results(end).map(({ error }) => error), [
    'device "d9": is not configured; carol: no device; dave: none here',
  ]);
});

scenario("a delay of a millisecond is waited for", () => {
  const { ask, step } = table({ delay: { d1: "1ms" } });
  const asked = ask("r");
  assert.deepEqual(struck(asked), []);
  const [timer] = asked.filter((effect) => effect.type === "timer" && /^delay /.test(effect.name));
  assert.ok(timer?.type === "timer" && timer.inMs === 1);
  assert.deepEqual(struck(step({ type: "timer", name: timer.name })), ["d1"]);
});

scenario(
  "a target that is back before anything strikes is left alone, and the asker hears it",
  () => {
    const { ask, view } = table({ delay: { d1: "5s" } });
    ask("r");
    const [told] = results(view("alice", "bob:2", "carol", "dave"));
    assert.deepEqual([told?.ok, told?.error], [false, "bob has come back in a new life"]);
    // So it is after a device that has failed, while the next one waits.
    const other = table({ delay: { d2: "5s" } });
    other.reply(other.ask("r"), false, "no power");
    const [also] = results(other.view("alice", "bob:2", "carol", "dave"));
    assert.equal(also?.error, 'device "d1": no power; bob has come back in a new life');
  },
);

scenario("no further device of a level strikes who came back in a new life", () => {
  const { ask, reply, view } = table({ levels: ["d1,d2"] });
  const first = ask("r");
  assert.deepEqual(results(view("alice", "bob:2", "carol", "dave")), [], "d1 is at it");
  const end = reply(first, true);
  assert.deepEqual(struck(end), []);
  assert.deepEqual(results(end).map(({ ok }) => ok), [false]);
});

scenario("the second device of a level is not begun in the last moment", () => {
  for (const [at, more] of [[60_399, 1], [60_400, 0]] as const) {
    const it = table({ levels: ["d1,d2"] });
    const first = it.ask("r");
    it.at(at);
    assert.equal(struck(it.reply(first, true)).length, more, `${at}`);
  }
});

scenario("who was waited for and is no more disturbs nothing", () => {
  const { ask, peer, step, view } = table();
  peer("carol", { type: "strikes", target: "bob", action: "reboot", incarnation: 1 });
  const asked = ask("r");
  assert.deepEqual(struck(asked), [], "carol's device is at it");
  const [timer] = asked.filter((effect) =>
    effect.type === "timer" && /^patience/.test(effect.name)
  );
  assert.ok(timer?.type === "timer");
  assert.deepEqual(struck(step({ type: "timer", name: timer.name })), ["d1"]);
  // Neither her late word nor her leave begins another attempt beside.
  const late = { type: "struck", ok: false, target: "bob", action: "reboot", incarnation: 1 };
  assert.deepEqual(struck(peer("carol", late)), []);
  assert.deepEqual(struck(view("alice", "dave")), []);
});

scenario("a strike elsewhere that failed, and a member that left, are named in the end", () => {
  const { ask, peer, view, step } = table();
  peer("carol", { type: "strikes", target: "bob", action: "off", incarnation: 1 });
  ask("r");
  const failed = { type: "struck", ok: false, target: "bob", action: "off", incarnation: 1 };
  const first = peer("carol", failed);
  const fail = (effects: readonly Effect[]) =>
    step({
      type: "reply",
      id: strikes(effects)[0] ?? "",
      result: { ok: true, value: { ok: false, detail: "stuck" } },
    });
  assert.deepEqual(bodies(fail(fail(first)), "fence").map(({ to }) => to), ["carol"]);
  const [dave] = bodies(view("alice", "dave"), "fence");
  const end = peer("dave", { type: "fenced", key: dave?.key, ok: false, detail: "none" });
  assert.deepEqual(results(end).map(({ error }) => error), [
    'carol: its device has not confirmed it; device "d1": stuck; device "d2": stuck; ' +
    "carol has left the membership; dave: none",
  ]);
});

scenario("a strike elsewhere serves who wants the same, and off serves a reboot", () => {
  const waits = (strikes: string, action: string, incarnation = 1) => {
    const { ask, peer } = table();
    peer("carol", { type: "strikes", target: "bob", action: strikes, incarnation });
    return struck(ask("r", { action })).length === 0;
  };
  assert.equal(waits("off", "off"), true);
  assert.equal(waits("reboot", "reboot"), true);
  assert.equal(waits("off", "reboot"), true);
  assert.equal(waits("reboot", "off"), false, "that wants more");
  assert.equal(waits("off", "on"), false);
  assert.equal(waits("off", "off", 2), false, "another life");
});

scenario("carol asks for what her own device is at: it is not waited for", () => {
  const { peer } = table();
  peer("carol", { type: "strikes", target: "bob", action: "off", incarnation: 1 });
  const body = { type: "fence", target: "bob", action: "off", timeoutMs: 60_000, incarnation: 1 };
  assert.deepEqual(struck(peer("carol", { ...body, key: "1 off bob" })), ["d1"]);
  const other = table();
  other.peer("carol", { type: "strikes", target: "bob", action: "off", incarnation: 1 });
  assert.deepEqual(struck(other.peer("dave", { ...body, key: "1 off bob" })), []);
});

scenario(
  "switching on is announced to nobody, and confirmed strikes are remembered up to a bound",
  () => {
    const { ask, reply, peer, state } = table();
    assert.deepEqual(bodies(ask("r", { action: "on" }), "strikes"), []);
    const confirmed = (target: string) =>
      peer("carol", {
        type: "struck",
        ok: true,
        target,
        action: "off",
        incarnation: 1,
        device: "d",
      });
    confirmed("first");
    confirmed("second");
    confirmed("first");
    for (let at = 0; at < rememberedMax - 1; at++) confirmed(`n${at}`);
    assert.deepEqual([state.confirmed.has("first"), state.confirmed.has("second")], [true, false]);
    assert.deepEqual(state.history.at(-1), {
      target: `n${rememberedMax - 2}`,
      action: "off",
      ok: true,
      delegate: "carol",
      device: "d",
      detail: "confirmed by the device",
      tookMs: 0,
      asker: "",
      wallMs: 7_000,
      incarnation: 1,
    });
    assert.equal(reply([], true).length, 0);
  },
);

scenario("requests for a later life wait up to the bound, and each is asked once", () => {
  const { ask, reply, state } = table();
  const first = ask("r");
  for (let at = 0; at < requestsMax; at++) ask(`l${at}`, { incarnation: 2 });
  assert.equal(state.later.length, requestsMax);
  // The one that has waited longest gives way, and its asker learns it.
  assert.deepEqual(
    results(ask("more", { incarnation: 2 })).map(({ id, ok }) => [id, ok]),
    [["l0", false]],
  );
  assert.equal(state.later.length, requestsMax);
  const next = reply(first, true);
  assert.equal(struck(next).length, 1);
  assert.equal(state.later.length, requestsMax - 1, "they wait for that one");
  const end = results(reply(next, true));
  assert.deepEqual(state.later, []);
  assert.equal(end.length, requestsMax);
  assert.deepEqual([end[0]?.id, end.at(-1)?.id], ["l1", "more"]);
});

scenario("a membership daemon that is gone leaves nobody to ask; another service does not", () => {
  for (const [service, asked] of [["ccm", 0], ["cib", 1]] as const) {
    const { ask, reply, step, state } = table();
    const first = ask("r");
    step({ type: "peer", service, up: false });
    assert.equal(state.members.length, asked === 0 ? 0 : 3, service);
    assert.equal(struck(reply(first, false)).length, asked, service);
  }
});

scenario("what is about a device or request that is gone is nobody's", () => {
  const { step, state } = table();
  const value = ["bob"];
  assert.deepEqual(step({ type: "loaded", instance: "d9", result: { ok: true, value: "" } }), []);
  assert.deepEqual(step({ type: "reply", id: "hosts d9", result: { ok: true, value } }), []);
  assert.deepEqual(step({ type: "timer", name: "request off bob" }), []);
  assert.deepEqual(step({ type: "timer", name: "working off bob" }), []);
  assert.equal(state.devices.size, 2);
});

scenario("what the locks say of a device is handed on up to the bound, and only text is", () => {
  const { say, step, state } = table();
  say({ type: "fence/describe", id: "0", device: "process" }, "cib");
  step({ type: "loaded", instance: "describe:manifests", result: { ok: false, error: "no lock" } });
  assert.equal(state.describing.size, 0);
  const described = (value: unknown) => {
    say({ type: "fence/describe", id: "1", device: "process" }, "cib");
    step({ type: "loaded", instance: "describe:manifests", result: { ok: true, value: "" } });
    const [call = ""] = state.describing.keys();
    const [answer] = step({ type: "reply", id: call, result: { ok: true, value } });
    assert.ok(answer?.type === "send" && answer.message.type === "fence/described");
    return answer.message.metaData?.length;
  };
  assert.equal(described("x".repeat(metaDataCharactersMax)), metaDataCharactersMax);
  assert.equal(described("x".repeat(metaDataCharactersMax + 1)), undefined);
  assert.equal(described([]), undefined);
});

Deno.test("a device's meta-data has its own fields and those of the cluster", async () => {
  const xml = deviceMetaData("process", [
    { fieldname: "port", basictype: "integer", short_text: { en: "Where it listens" } },
  ]);
  for (const name of ["port", "pcmk_host_list", "pcmk_delay_base", "pcmk_off_timeout"]) {
    assert.ok(xml.includes(`<parameter name="${name}"`), name);
  }
  const { describe } = manifestsApi([])();
  assert.equal(await describe?.("stonith/none"), undefined);
});
