import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { Json, Message } from "../runtime/messages.ts";
import { stonithd } from "./core.ts";

const cib = (devices: readonly string[], levels = "") =>
  `<cib><configuration><resources>${
    devices.map((id) => `<primitive id="${id}" class="stonith" type="process"/>`).join("")
  }</resources>${levels}</configuration></cib>`;

/** Two devices that know alice, bob and carol, seen from alice. */
function table(options: { readonly levels?: string; readonly devices?: readonly string[] } = {}) {
  const { devices = ["d1", "d2"], levels = "" } = options;
  const machine = stonithd();
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
      electorate: ["alice", "carol"],
      members: ["alice", "carol"].map((node) => ({ node, incarnation: 1, bornOn: 1 })),
    },
  });
  return {
    step,
    say,
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

Deno.test("a device that confirms is believed", () => {
  const { ask, answer } = table();
  const asked = ask("bob");
  assert.equal(fence(asked)?.instance, "d1");
  assert.deepEqual(result(answer(asked, true)), [["r1", true, "alice"]]);
});

Deno.test("the next device is tried when one fails, then the other members, then it has failed", () => {
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
});

Deno.test("a node that belongs to no view any more tries its own devices, and hands nothing on", () => {
  const { ask, answer, say } = table();
  const first = ask("bob");
  assert.deepEqual(say({ type: "ccm/evicted" }, "alice", "ccm"), []);
  const second = answer(first, false);
  assert.equal(fence(second)?.instance, "d2");
  const end = answer(second, false);
  assert.deepEqual([delegated(end), result(end)], [[], [["r1", false, undefined]]]);
});

Deno.test("what is asked twice is done once, and both hear of it", () => {
  const { ask, answer } = table();
  const asked = ask("bob");
  assert.equal(fence(ask("bob", "r2")), undefined);
  assert.deepEqual(result(answer(asked, true)), [["r1", true, "alice"], ["r2", true, "alice"]]);
});

Deno.test("a node does not fence itself: it hands the request on", () => {
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

Deno.test("a node does not carry out its own death when another asks, and says so", () => {
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

Deno.test("the target's own word, an old key and a stranger's word count for nothing", () => {
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

Deno.test("all devices of a level must succeed; a level that fails gives way to the next", () => {
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

Deno.test("silence is a failure after the request's time, and a late word is ignored", () => {
  const { ask, step, answer } = table();
  const asked = ask("bob");
  assert.deepEqual(result(step({ type: "timer", name: "request off bob" })), [
    ["r1", false, undefined],
  ]);
  assert.deepEqual(result(answer(asked, true)), []);
});

Deno.test("a device that says nothing leaves time for the next, and so does another node", () => {
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

Deno.test("a target that is back in a new life is left alone; back in the same one it is not", () => {
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
  assert.deepEqual(result(say(view(8))), [["r1", false, undefined]]);
  assert.deepEqual(answer(asked, false), [], "no other device is asked for it");
});

Deno.test("devices follow the CIB: what is gone is unloaded, what is as it was stays loaded", () => {
  const { say } = table();
  const effects = say({ type: "cib/document", id: "", version: none, xml: cib(["d2", "d3"]) });
  assert.deepEqual(
    effects.flatMap((effect) =>
      effect.type === "load" || effect.type === "unload" ? [[effect.type, effect.instance]] : []
    ),
    [["unload", "d1"], ["load", "d3"]],
  );
});

Deno.test("a CIB that cannot be read changes nothing and is reported", () => {
  const { say, ask } = table();
  const effects = say({ type: "cib/document", id: "", version: none, xml: "<cib" });
  assert.ok(effects.some((effect) => effect.type === "log" && effect.level === "err"));
  assert.equal(fence(ask("bob"))?.instance, "d1");
});

Deno.test("a device that answers with anything but a result confirms nothing, and harms nothing", () => {
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
});
