import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { Json, Message } from "../runtime/messages.ts";
import { stonithd, subscribersMax } from "./core.ts";
import { historyMax } from "./record.ts";
import { requestsMax } from "./request.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("stonithd_core");

const cib = (devices: readonly string[], levels = "") =>
  `<cib><configuration><resources>${
    devices.map((id) => `<primitive id="${id}" class="stonith" type="process"/>`).join("")
  }</resources>${levels}</configuration></cib>`;

/** Two devices that know alice, bob and carol, seen from alice. */
function table(
  options: {
    readonly levels?: string;
    readonly devices?: readonly string[];
    readonly members?: readonly string[];
  } = {},
) {
  const { devices = ["d1", "d2"], levels = "", members = ["alice", "carol"] } = options;
  const machine = recorded(stonithd());
  let at = 0;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  const say = (message: Message, node = "alice", service = "tengine") =>
    step({ type: "message", from: { node, service }, message });
  step({ type: "start", wallMs: 0, seed: 1, node: "alice", saved: new Map() });
  say({ type: "cib/document", id: "", version: none, xml: cib(devices, levels) });
  for (const id of devices) {
    step({ type: "loaded", instance: id, result: { ok: true, value: "process" } });
    step({
      type: "reply",
      id: `hosts ${id}`,
      result: { ok: true, value: ["alice", "bob", "carol"] },
    });
  }
  say({
    type: "ccm/view",
    view: {
      epoch: 1,
      quorate: true,
      electorate: members,
      members: members.map((node) => ({ node, incarnation: 1, bornOn: 1 })),
    },
  });
  return {
    step,
    say,
    state: machine.state,
    at: (ms: number) => void (at = ms),
    ask: (target: string, id = "r1") =>
      say({ type: "fence/request", id, target, action: "off", timeoutMs: 10_000 }),
    answer: (effects: readonly Effect[], ok: boolean) =>
      step({
        type: "reply",
        id: fence(effects)?.id ?? "",
        result: { ok: true, value: { ok, detail: ok ? "dead" : "stuck" } },
      }),
  };
}

const none = { adminEpoch: 0, epoch: 0, numUpdates: 0 };

const fence = (effects: readonly Effect[]) =>
  effects.find((effect): effect is Extract<Effect, { type: "call" }> =>
    effect.type === "call" && effect.method === "fence"
  );
const result = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "fence/result"
      ? [[effect.message.id, effect.message.ok, effect.message.delegate]]
      : []
  );
const delegated = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "peer" && effect.to.node !== undefined
      ? [{ node: effect.to.node, body: effect.message.body as Readonly<Record<string, Json>> }]
      : []
  );

scenario("a device that confirms is believed", () => {
  const { ask, answer } = table();
  const asked = ask("bob");
  assert.equal(fence(asked)?.instance, "d1");
  assert.deepEqual(result(answer(asked, true)), [["r1", true, "alice"]]);
});

scenario(
  "the next device is tried when one fails, then the other members, then it has failed",
  () => {
    const { ask, answer, say } = table();
    const first = ask("bob");
    const second = answer(first, false);
    assert.equal(fence(second)?.instance, "d2");
    const third = answer(second, false);
    const [handed] = delegated(third);
    assert.equal(handed?.node, "carol");
    const key = handed?.body.key ?? "";
    const body = { type: "fenced", key, ok: false, detail: "no power" };
    const end = say({ type: "peer", body }, "carol", "stonithd");
    assert.deepEqual(result(end), [["r1", false, undefined]]);
  },
);

scenario("a node that belongs to no view any more begins nothing, and hands nothing on", () => {
  const { ask, answer, say } = table();
  const first = ask("bob");
  assert.deepEqual(say({ type: "ccm/evicted" }, "alice", "ccm"), []);
  // The next coordinator decides again: neither its second device nor another node strikes too.
  const end = answer(first, false);
  assert.equal(fence(end), undefined);
  assert.deepEqual([delegated(end), result(end)], [[], [["r1", false, undefined]]]);
});

scenario("what is asked twice is done once, and both hear of it", () => {
  const { ask, answer } = table();
  const asked = ask("bob");
  assert.equal(fence(ask("bob", "r2")), undefined);
  assert.deepEqual(result(answer(asked, true)), [["r1", true, "alice"], ["r2", true, "alice"]]);
});

scenario("a node does not fence itself: it hands the request on", () => {
  const { ask, say } = table();
  const asked = ask("alice");
  assert.equal(fence(asked), undefined);
  const [handed] = delegated(asked);
  assert.equal(handed?.node, "carol");
  const body = { type: "fenced", key: handed?.body.key ?? "", ok: true, detail: "" };
  assert.deepEqual(result(say({ type: "peer", body }, "carol", "stonithd")), [
    ["r1", true, "carol"],
  ]);
});

scenario("a node does not carry out its own death when another asks, and says so", () => {
  const { say } = table();
  const effects = say(
    {
      type: "peer",
      body: { type: "fence", key: "1 off alice", target: "alice", action: "off", timeoutMs: 1000 },
    },
    "carol",
    "stonithd",
  );
  assert.equal(fence(effects), undefined);
  assert.deepEqual(delegated(effects).map(({ node, body }) => [node, body.ok]), [["carol", false]]);
});

scenario("the target's own word, an old key and a stranger's word count for nothing", () => {
  const { ask, say } = table({ devices: [] });
  const [handed] = delegated(ask("bob"));
  const key = handed?.body.key ?? "";
  for (
    const [node, body] of [
      ["bob", { type: "fenced", key, ok: true, detail: "I am dead" }],
      ["carol", { type: "fenced", key: "99 off bob", ok: true, detail: "" }],
      ["carol", { type: "fenced", ok: true }],
      ["carol", "fenced"],
    ] as const
  ) {
    assert.deepEqual(result(say({ type: "peer", body }, node, "stonithd")), []);
  }
});

scenario("all devices of a level must succeed; a level that fails gives way to the next", () => {
  const { ask, answer } = table({
    levels: `<fencing-topology>
      <fencing-level id="l1" target="bob" index="1" devices="d1,d2"/>
      <fencing-level id="l2" target="bob" index="2" devices="d2"/></fencing-topology>`,
  });
  const first = ask("bob");
  const second = answer(first, true);
  assert.deepEqual(result(second), []);
  assert.equal(fence(second)?.instance, "d2");
  const third = answer(second, false);
  assert.equal(fence(third)?.instance, "d2");
  assert.deepEqual(result(answer(third, true)), [["r1", true, "alice"]]);
});

scenario("silence is a failure after the request's time, and a late word is ignored", () => {
  const { ask, step, answer } = table();
  const asked = ask("bob");
  assert.deepEqual(result(step({ type: "timer", name: "request off bob" })), [
    ["r1", false, undefined],
  ]);
  assert.deepEqual(result(answer(asked, true)), []);
});

scenario("a device that says nothing leaves time for the next, and so does another node", () => {
  const { ask, step, at } = table();
  const first = fence(ask("bob"));
  assert.equal(first?.deadlineMs, 5_000);
  assert.equal(first.args[2], 5_000);
  at(5_000);
  const silent = { ok: false, error: "no answer within 5000 ms" } as const;
  const second = fence(step({ type: "reply", id: first.id ?? "", result: silent }));
  assert.deepEqual([second?.instance, second?.deadlineMs], ["d2", 2_500]);
  at(7_500);
  const third = step({ type: "reply", id: second?.id ?? "", result: silent });
  // Nobody else is left: it gets the rest.
  assert.deepEqual(delegated(third).map(({ node, body }) => [node, body.timeoutMs]), [
    ["carol", 2_500],
  ]);
  const patience = third.flatMap((effect) => effect.type === "timer" ? [effect.name] : []);
  at(10_000);
  assert.deepEqual(result(step({ type: "timer", name: patience[0] ?? "" })), [
    ["r1", false, undefined],
  ]);
});

scenario(
  "a target that is back in a new life is left alone; back in the same one it is not",
  () => {
    const view = (incarnation: number): Message => ({
      type: "ccm/view",
      view: {
        epoch: 2,
        quorate: true,
        electorate: ["alice", "bob"],
        members: [["alice", 1], ["bob", incarnation]].map(([node, incarnation]) => ({
          node: String(node),
          incarnation: Number(incarnation),
          bornOn: 1,
        })),
      },
    });
    const { ask, say, answer } = table();
    say(view(7));
    say({ type: "ccm/evicted" });
    const asked = ask("bob");
    assert.deepEqual(result(say(view(7))), []);
    assert.deepEqual(result(say(view(8))), [], "the device that has begun is awaited");
    const end = answer(asked, false);
    assert.deepEqual(result(end), [["r1", false, undefined]]);
    assert.equal(fence(end), undefined, "no other device is asked for it");
  },
);

scenario("devices follow the CIB: what is gone is unloaded, what is as it was stays loaded", () => {
  const { say } = table();
  const effects = say({ type: "cib/document", id: "", version: none, xml: cib(["d2", "d3"]) });
  assert.deepEqual(
    effects.flatMap((effect) =>
      effect.type === "load" || effect.type === "unload" ? [[effect.type, effect.instance]] : []
    ),
    [["unload", "d1"], ["load", "d3"]],
  );
});

scenario("a CIB that cannot be read changes nothing and is reported", () => {
  const { say, ask } = table();
  const effects = say({ type: "cib/document", id: "", version: none, xml: "<cib" });
  assert.ok(effects.some((effect) => effect.type === "log" && effect.level === "err"));
  assert.equal(fence(ask("bob"))?.instance, "d1");
});

scenario(
  "a device that answers with anything but a result confirms nothing, and harms nothing",
  () => {
    for (const value of [null, undefined, 1, "ok", [], {}, { ok: "yes" }, { ok: 1, detail: {} }]) {
      const it = table({ devices: ["d1"] });
      for (const hosts of [null, { includes: "bob" }, "bob", [1], [["bob"]]]) {
        it.step({ type: "reply", id: "hosts d1", result: { ok: true, value: hosts } });
      }
      const call = fence(it.ask("bob"));
      assert.notEqual(call, undefined, "it still knows what the device said first");
      const after = it.step({
        type: "reply",
        id: call?.id ?? "",
        result: { ok: true, value },
      });
      assert.ok(!JSON.stringify(after).includes('"ok":true'), JSON.stringify(value));
    }
  },
);

/** What is said to stonithds of other nodes, but requests and announcements. */
const words = (effects: readonly Effect[]) =>
  delegated(effects).flatMap(({ node, body }) =>
    body.key === undefined || body.type === "fence" ? [] : [`${node} ${body.type} ${body.key}`]
  );
const timers = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "timer" ? [`${effect.name} ${effect.inMs}`] : []);
const silence = (effects: readonly Effect[]) =>
  timers(effects).find((timer) => timer.startsWith("silence "))?.replace(/ \d+$/, "") ?? "";

scenario(
  "who carries out what another node asked says so at once, and again until it is over",
  () => {
    const { say, step, answer, ask } = table();
    const asked = say(
      {
        type: "peer",
        body: { type: "fence", key: "7 off bob", target: "bob", action: "off", timeoutMs: 60_000 },
      },
      "carol",
      "stonithd",
    );
    assert.deepEqual(words(asked), ["carol working 7 off bob"]);
    assert.ok(timers(asked).includes("working off bob 2000"));
    const later = step({ type: "timer", name: "working off bob" });
    assert.deepEqual([words(later), timers(later)], [
      ["carol working 7 off bob"],
      ["working off bob 2000"],
    ]);
    const done = answer(asked, true);
    assert.deepEqual(words(done), ["carol fenced 7 off bob"]);
    assert.ok(done.some((effect) => effect.type === "cancel" && effect.name === "working off bob"));
    assert.deepEqual(step({ type: "timer", name: "working off bob" }), []);
    // What this node's own services ask is answered on this node, where a link tells of an end.
    assert.deepEqual(words(ask("bob", "r9")), []);
  },
);

scenario("a node that joins a request under way hears at once that it is worked at", () => {
  const { say, ask } = table();
  ask("bob");
  const joined = say(
    {
      type: "peer",
      body: { type: "fence", key: "3 off bob", target: "bob", action: "off", timeoutMs: 60_000 },
    },
    "carol",
    "stonithd",
  );
  assert.deepEqual(words(joined), ["carol working 3 off bob"]);
  assert.equal(fence(joined), undefined);
});

scenario("a node whose stonithd is silent is not waited for: the next one is asked", () => {
  const { ask, step, say } = table({ devices: [], members: ["alice", "carol", "dave"] });
  const asked = ask("bob");
  assert.deepEqual(delegated(asked).map(({ node }) => node), ["carol"]);
  assert.ok(timers(asked).includes("silence 2 off bob 8000"));
  const next = step({ type: "timer", name: silence(asked) });
  assert.deepEqual(delegated(next).map(({ node }) => node), ["dave"]);
  assert.deepEqual(step({ type: "timer", name: silence(asked) }), [], "it fires for one attempt");
  // Its late word is not believed: another is at it.
  const late = { type: "fenced", key: "2 off bob", ok: true, detail: "" };
  assert.deepEqual(result(say({ type: "peer", body: late }, "carol", "stonithd")), []);
  const end = step({ type: "timer", name: silence(next) });
  assert.deepEqual(result(end), [["r1", false, undefined]]);
  const [said] = end.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "fence/result" ? [effect.message.error] : []
  );
  assert.equal(
    said,
    "stonithd of carol has been silent for 8000 ms; stonithd of dave has been silent for 8000 ms",
  );
});

scenario("a node that says that it is at it is waited for, for its whole share of time", () => {
  const { ask, say } = table({ devices: [], members: ["alice", "carol", "dave"] });
  const asked = ask("bob");
  const key = delegated(asked)[0]?.body.key ?? "";
  const word = say({ type: "peer", body: { type: "working", key } }, "carol", "stonithd");
  assert.deepEqual(timers(word), ["silence 2 off bob 8000"]);
  for (
    const [node, body] of [["dave", { type: "working", key }], ["carol", {
      type: "working",
      key: "9 off bob",
    }]] as const
  ) {
    assert.deepEqual(say({ type: "peer", body }, node, "stonithd"), [], "not who was asked");
  }
});

scenario("a node that leaves the membership is not waited for", () => {
  const { ask, say } = table({ devices: [], members: ["alice", "carol", "dave"] });
  ask("bob");
  const left = say({
    type: "ccm/view",
    view: {
      epoch: 2,
      quorate: true,
      electorate: ["alice", "carol", "dave"],
      members: ["alice", "dave"].map((node) => ({ node, incarnation: 1, bornOn: 1 })),
    },
  });
  assert.deepEqual(delegated(left).map(({ node }) => node), ["dave"]);
});

scenario("status shows every device as it is, and every fencing as it went", () => {
  const { say, step, ask, answer, at } = table();
  step({ type: "loaded", instance: "d2", result: { ok: false, error: "no such plugin" } });
  step({ type: "fault", instance: "d1", why: "hung: it answered no ping", givenUp: false });
  at(1_000);
  const asked = ask("bob");
  at(1_500);
  answer(asked, true);
  const status = say({ type: "status/query", id: "s1" }, "alice", "ha").flatMap((effect) =>
    effect.type === "send" && effect.message.type === "status/answer" ? [effect] : []
  );
  assert.deepEqual(status, [{
    type: "send",
    to: { service: "ha" },
    message: {
      type: "status/answer",
      id: "s1",
      status: {
        devices: [
          {
            id: "d1",
            plugin: "stonith/process",
            state: "ready",
            hosts: ["alice", "bob", "carol"],
            why: "hung: it answered no ping",
            sound: true,
          },
          {
            id: "d2",
            plugin: "stonith/process",
            state: "failed",
            hosts: ["alice", "bob", "carol"],
            why: "no such plugin",
            sound: true,
          },
        ],
        refused: {},
        history: [{
          target: "bob",
          action: "off",
          ok: true,
          delegate: "alice",
          device: "d1",
          asker: "the cluster, on alice",
          detail: "confirmed by the device",
          tookMs: 500,
          wallMs: 1_500,
          execution: "alice 1 4",
        }],
      },
    },
  }]);
});

scenario("a device that was given up is not asked; its reason is in the answer", () => {
  const { step, ask } = table({ devices: ["d1"] });
  step({ type: "fault", instance: "d1", why: "given up: it died 5 times", givenUp: true });
  const asked = ask("bob");
  assert.equal(fence(asked), undefined);
  assert.deepEqual(delegated(asked).map(({ node }) => node), ["carol"]);
});

scenario(
  "history and subscribers have their bounds, and a subscriber that goes is forgotten",
  () => {
    const { step, say, ask, answer, state } = table({ devices: ["d1"], members: ["alice"] });
    for (let count = 0; count < historyMax + 1; count++) answer(ask("bob", `r${count}`), count > 0);
    assert.equal(state.history.length, historyMax);
    assert.deepEqual(state.history.map(({ ok }) => ok).filter((ok) => !ok), [], "the oldest went");
    for (let count = 0; count < subscribersMax + 1; count++) {
      say({ type: "fence/subscribe" }, "alice", `ha${count}`);
    }
    assert.equal(state.subscribers.size, subscribersMax);
    step({ type: "peer", service: "ha0", up: false });
    assert.equal(state.subscribers.size, subscribersMax - 1);
  },
);

scenario("as many requests as the bound are carried out; one more is refused at once", () => {
  const { ask, say, state } = table({ devices: [] });
  for (let count = 0; count < requestsMax; count++) {
    assert.deepEqual(result(ask(`n${count}`, `r${count}`)), [], `request ${count}`);
  }
  assert.deepEqual(result(ask("bob", "much")), [["much", false, undefined]]);
  assert.equal(state.requests.size, requestsMax);
  assert.deepEqual(say({ type: "fence/subscribe" }), []);
});

scenario("a delayed device is used when its delay is over, and not before", () => {
  const { say, step, ask } = table({ devices: ["d1"] });
  const xml = cib(["d1"]).replace(
    "/>",
    '><instance_attributes id="i"><nvpair id="p" name="pcmk_delay_base" value="3s"/>' +
      "</instance_attributes></primitive>",
  );
  say({ type: "cib/document", id: "", version: none, xml });
  step({ type: "loaded", instance: "d1", result: { ok: true, value: "process" } });
  step({ type: "reply", id: "hosts d1", result: { ok: true, value: ["bob"] } });
  const asked = ask("bob");
  assert.equal(fence(asked), undefined);
  const delay = timers(asked).find((timer) => timer.startsWith("delay "));
  assert.match(delay ?? "", / 3000$/);
  const due = step({ type: "timer", name: (delay ?? "").replace(/ 3000$/, "") });
  assert.equal(fence(due)?.instance, "d1");
});

scenario(
  "a query that comes while one is under way is made once more behind it, and no oftener",
  () => {
    const { say } = table();
    const changed: Message = { type: "cib/changed", version: none, replaced: true, changes: [] };
    const queries = (effects: readonly Effect[]) =>
      effects.filter((effect) => effect.type === "send" && effect.message.type === "cib/query")
        .length;
    assert.equal(queries(say(changed)), 1);
    assert.equal(queries(say(changed)), 0);
    assert.equal(queries(say(changed)), 0);
    const document: Message = { type: "cib/document", id: "", version: none, xml: cib(["d1"]) };
    assert.equal(queries(say(document)), 1);
    assert.equal(queries(say(document)), 0);
  },
);

scenario("the monitor of a device is told what the device says, or why it is none", () => {
  const { say, step } = table({ devices: ["d1"] });
  const checks = (effects: readonly Effect[]) =>
    effects.flatMap((effect) =>
      effect.type === "send" && effect.message.type === "fence/checked"
        ? [[effect.to.service, effect.message.id, effect.message.ok, effect.message.detail]]
        : []
    );
  const unknown = say({ type: "fence/check", id: "c1", device: "d9" }, "alice", "lrmd");
  assert.deepEqual(checks(unknown), [
    ["lrmd", "c1", false, 'no stonith device "d9" is configured'],
  ]);
  const [call] = say({ type: "fence/check", id: "c2", device: "d1" }, "alice", "lrmd")
    .filter((effect) => effect.type === "call");
  assert.equal(call?.method, "status");
  const id = call?.id ?? "";
  const answered = step({
    type: "reply",
    id,
    result: { ok: true, value: { ok: false, detail: "x" } },
  });
  assert.deepEqual(checks(answered), [["lrmd", "c2", false, "x"]]);
  assert.deepEqual(
    checks(step({ type: "reply", id, result: { ok: true, value: { ok: true } } })),
    [],
  );
});

scenario("a stonithd whose membership daemon is gone orders nothing of others any more", () => {
  const { ask, step } = table({ devices: [], members: ["alice", "carol", "dave"] });
  const asked = ask("bob");
  step({ type: "peer", service: "ccm", up: false });
  step({ type: "peer", service: "ccm", up: true });
  const end = step({ type: "timer", name: silence(asked) });
  assert.deepEqual([delegated(end), result(end)], [[], [["r1", false, undefined]]]);
});

/** A view of alice, carol and dave; carol may have been put out, or come back in another life. */
const viewOf = (epoch: number, ...members: readonly string[]): Message => ({
  type: "ccm/view",
  view: {
    epoch,
    quorate: true,
    electorate: ["alice", "carol", "dave"],
    members: members.map((text) => {
      const [node = "", incarnation = "1"] = text.split(":");
      return { node, incarnation: Number(incarnation), bornOn: 1 };
    }),
  },
});
const askFor = (incarnation: number, action: "off" | "reboot" = "reboot"): Message => ({
  type: "fence/request",
  id: `r${incarnation}`,
  target: "bob",
  incarnation,
  action,
  timeoutMs: 10_000,
});
const heardFrom = (node: string, said: Readonly<Record<string, Json>>) =>
  [
    { type: "peer", body: { target: "bob", action: "reboot", incarnation: 7, ...said } },
    node,
    "stonithd",
  ] as const;

scenario("what another member's device has confirmed is not done again for the same life", () => {
  const { say } = table();
  say(viewOf(2, "alice", "carol", "dave"), "alice", "ccm");
  say(...heardFrom("carol", { type: "struck", ok: true }));
  assert.deepEqual(result(say(askFor(7))), [["r7", true, "carol"]]);
  // Another life, or more than was done, is another matter.
  assert.equal(fence(say(askFor(8)))?.instance, "d1");
  const other = table();
  other.say(viewOf(2, "alice", "carol", "dave"), "alice", "ccm");
  other.say(...heardFrom("carol", { type: "struck", ok: true }));
  assert.equal(fence(other.say(askFor(7, "off")))?.instance, "d1");
});

scenario("what was confirmed counts no more when the target is in a view in that life", () => {
  for (const [bob, again] of [["bob:7", true], ["bob:8", true], ["", false]] as const) {
    const { say } = table();
    say(viewOf(2, "alice", "carol", "dave"), "alice", "ccm");
    say(...heardFrom("carol", { type: "struck", ok: true }));
    say(viewOf(3, "alice", "carol", ...(bob === "" ? [] : [bob])), "alice", "ccm");
    say(viewOf(4, "alice", "carol"), "alice", "ccm");
    assert.equal(fence(say(askFor(7))) !== undefined, again, bob);
  }
});

scenario("nobody but a member is believed, and never the target", () => {
  for (
    const [from, said] of [
      ["bob", { type: "struck", ok: true }],
      ["mallory", { type: "struck", ok: true }],
      ["carol", { type: "struck", ok: "yes" }],
      ["carol", { type: "struck", ok: true, incarnation: "7" }],
      ["carol", { type: "struck", ok: true, action: "on" }],
      ["carol", { type: "struck", ok: true, target: 1 }],
    ] as const
  ) {
    const { say } = table();
    say(viewOf(2, "alice", "carol", "bob:7"), "alice", "ccm");
    say(...heardFrom(from, said));
    say(viewOf(3, "alice", "carol"), "alice", "ccm");
    say(...heardFrom(from, said));
    assert.notEqual(fence(say(askFor(7))), undefined, JSON.stringify([from, said]));
  }
});

scenario(
  "while another member's device strikes, its outcome is awaited; then one's own is asked",
  () => {
    const outcomes = [
      [{ type: "struck", ok: true }, [["r7", true, "carol"]]],
      [{ type: "struck", ok: false }, []],
    ] as const;
    for (const [said, answers] of outcomes) {
      const { say } = table();
      say(viewOf(2, "alice", "carol", "dave"), "alice", "ccm");
      say(...heardFrom("carol", { type: "strikes" }));
      const asked = say(askFor(7));
      assert.deepEqual([fence(asked), result(asked)], [undefined, []]);
      // Another member's word is about another device.
      assert.deepEqual(say(...heardFrom("dave", { type: "struck", ok: false })), []);
      const told = say(...heardFrom("carol", said));
      assert.deepEqual(result(told), answers);
      assert.equal(fence(told)?.instance, answers.length > 0 ? undefined : "d1");
    }
    // It leaves, or says nothing: nobody waits for ever.
    for (const how of ["leaves", "says nothing"]) {
      const { say, step, at } = table();
      say(viewOf(2, "alice", "carol", "dave"), "alice", "ccm");
      say(...heardFrom("carol", { type: "strikes" }));
      const asked = say(askFor(7));
      const timer = asked.find((effect) =>
        effect.type === "timer" && effect.name.startsWith("patience ")
      );
      assert.ok(timer?.type === "timer" && timer.inMs < 10_000);
      at(timer.inMs);
      const next = how === "leaves"
        ? say(viewOf(3, "alice", "dave"), "alice", "ccm")
        : step({ type: "timer", name: timer.name });
      assert.equal(fence(next)?.instance, "d1", how);
    }
  },
);

scenario("who strikes and then asks this node is not waited for, early or late", () => {
  for (const early of [true, false]) {
    const { say } = table({ devices: ["d1"] });
    say(viewOf(2, "alice", "carol", "dave"), "alice", "ccm");
    say(...heardFrom("carol", { type: "strikes" }));
    if (early) assert.equal(fence(say(askFor(7))), undefined, "carol's device is waited for");
    const asked = say(
      ...heardFrom("carol", { type: "fence", key: "1 reboot bob", timeoutMs: 9_000 }),
    );
    assert.equal(fence(asked)?.instance, "d1");
  }
});

scenario("a node says when its device strikes, and what came of it", () => {
  for (const ok of [true, false]) {
    const { say, answer } = table({ devices: ["d1"] });
    say(viewOf(2, "alice", "carol", "dave"), "alice", "ccm");
    const asked = say(askFor(7));
    const told = (effects: readonly Effect[]) =>
      delegated(effects).filter(({ body }) => String(body.type).startsWith("str"));
    const about = { target: "bob", action: "reboot", incarnation: 7 };
    assert.deepEqual(
      told(asked),
      ["carol", "dave"].map((node) => ({
        node,
        body: { type: "strikes", ...about },
      })),
    );
    let after = answer(asked, ok);
    if (!ok) {
      // The other members are asked before it is given up.
      for (const node of ["carol", "dave"]) {
        const key = delegated(after).find(({ body }) => body.type === "fence")?.body.key ?? "";
        after = say(
          { type: "peer", body: { type: "fenced", key, ok: false, detail: "" } },
          node,
          "stonithd",
        );
      }
    }
    assert.deepEqual(
      told(after),
      ["carol", "dave"].map((node) => ({
        node,
        body: {
          type: "struck",
          ok,
          ...about,
          ...(ok ? { device: "d1", execution: "alice 1 3" } : {}),
        },
      })),
    );
    if (ok) assert.deepEqual(result(say(askFor(7))), [["r7", true, "alice"]]);
  }
});

scenario("a fencing that may take 600 hours has not failed at once", () => {
  const { say } = table();
  const effects = say({
    type: "fence/request",
    id: "r",
    target: "bob",
    action: "off",
    timeoutMs: 600 * 3_600_000,
  });
  assert.deepEqual(result(effects), []);
  for (const effect of effects) {
    const ms = effect.type === "timer"
      ? effect.inMs
      : effect.type === "call"
      ? effect.deadlineMs
      : 1;
    assert.ok(ms > 0 && ms < 2 ** 31, JSON.stringify(effect));
  }
});

scenario("equal requests by hand for a target that nobody has seen are one execution", () => {
  const byHand: Message = {
    type: "fence/request",
    id: "hand",
    target: "bob",
    action: "reboot",
    timeoutMs: 10_000,
  };
  const { say, answer } = table();
  const told = (effects: readonly Effect[]) =>
    delegated(effects).filter(({ body }) => String(body.type).startsWith("str"))
      .map(({ node, body }) => [node, body.type, body.incarnation, body.device]);
  const asked = say(byHand, "alice", "client-1");
  assert.deepEqual(told(asked), [["carol", "strikes", 0, undefined]]);
  assert.deepEqual(told(answer(asked, true)), [["carol", "struck", 0, "d1"]]);
  // Another node is at it: this one waits, and what was confirmed there is its answer.
  for (const incarnation of [0, 7]) {
    const other = table();
    other.say(...heardFrom("carol", { type: "strikes", incarnation }));
    const waits = other.say(byHand, "alice", "client-1");
    assert.deepEqual([fence(waits), result(waits)], [undefined, []]);
    const done = other.say(
      ...heardFrom("carol", { type: "struck", incarnation, ok: true, device: "power" }),
    );
    assert.deepEqual(result(done), [["hand", true, "carol"]]);
    assert.deepEqual(
      other.state.history.map(({ delegate, device, asker }) => [delegate, device, asker]),
      [["carol", "power", "a client on alice"]],
    );
    // Asked again, a person means it.
    assert.equal(fence(other.say(byHand, "alice", "client-1"))?.instance, "d1");
  }
});

scenario("each member remembers who was fenced, by whom and by which device", () => {
  const { say, state } = table();
  say(...heardFrom("carol", { type: "struck", ok: true, device: "power" }));
  say(...heardFrom("carol", { type: "struck", ok: false }));
  assert.deepEqual(state.history.map(({ delegate, device, ok }) => [delegate, device, ok]), [
    ["carol", "power", true],
  ]);
});
