/**
 * The target's cluster daemon is started again while a device is at the node: one strike, one record,
 * and its confirmation counts for the life that it ended.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { Json, Message } from "../runtime/messages.ts";
import { stonithd } from "./core.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("stonithd_returned");

const none = { adminEpoch: 0, epoch: 0, numUpdates: 0 };
const xml = `<cib><configuration><resources><primitive id="d1" class="stonith" type="process"/>` +
  `<primitive id="d2" class="stonith" type="process"/></resources></configuration></cib>`;

/** Seen from alice, with two devices that know bob, or from carol, who has none. */
function table(self: "alice" | "carol") {
  const machine = recorded(stonithd());
  const devices = self === "alice" ? ["d1", "d2"] : [];
  const all: Effect[] = [];
  const step = (event: Partial<Event> & Pick<Event, "type">) => {
    const effects = machine.step(machine.state, { at: 0, ...event } as Event);
    all.push(...effects);
    return effects;
  };
  const say = (message: Message, node: string = self, service = "tengine") =>
    step({ type: "message", from: { node, service }, message });
  step({ type: "start", wallMs: 0, seed: 1, node: self, saved: new Map() });
  say({ type: "cib/document", id: "", version: none, xml });
  for (const id of devices) {
    step({ type: "loaded", instance: id, result: { ok: true, value: "process" } });
    step({ type: "reply", id: `hosts ${id}`, result: { ok: true, value: ["bob"] } });
  }
  const view = (bob: number) => {
    const lives = { alice: 1, ...(bob === 0 ? {} : { bob }), carol: 1 };
    return say(
      {
        type: "ccm/view",
        view: {
          epoch: 1,
          quorate: true,
          electorate: ["alice", "bob", "carol"],
          members: Object.entries(lives).map(([node, incarnation]) => ({
            node,
            incarnation,
            bornOn: 1,
          })),
        },
      },
      self,
      "ccm",
    );
  };
  /** What heartbeat knows of the life of bob's. */
  const boot = (generation: number) =>
    say(
      {
        type: "heartbeat/connectivity",
        node: self,
        nodes: [{ name: "bob", kind: "normal", status: "active", generation, links: [] }],
      },
      self,
      "heartbeat",
    );
  const ask = (id: string, incarnation: number) =>
    say({
      type: "fence/request",
      id,
      target: "bob",
      incarnation,
      action: "off",
      timeoutMs: 10_000,
    });
  const confirm = () => {
    const call = strikes(all).at(-1);
    return step({ type: "reply", id: call?.id ?? "", result: { ok: true, value: dead } });
  };
  say({ type: "fence/subscribe" }, self, "crmd");
  view(7);
  boot(100);
  view(0);
  return { step, say, view, boot, ask, confirm, all, state: machine.state };
}

const dead = { ok: true, detail: "dead" };
const strikes = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "call" && effect.method === "fence" ? [effect] : []);
const results = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "fence/result"
      ? [[effect.message.id, effect.message.ok]]
      : []
  );
const happened = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "fence/happened"
      ? [effect.message.incarnation]
      : []
  );
const told = (effects: readonly Effect[], type: string) =>
  effects.flatMap((effect) => {
    if (effect.type !== "send" || effect.message.type !== "peer") return [];
    const body = effect.message.body as Readonly<Record<string, Json>>;
    return body.type === type ? [body] : [];
  });

scenario("a strike that ended the later life too counts for it: nobody strikes again", () => {
  const { view, ask, confirm, all, state } = table("alice");
  ask("r1", 7);
  assert.deepEqual(results(view(8)), []);
  // The device has killed it meanwhile, and the coordinator sees that the later life is gone.
  view(0);
  assert.deepEqual(results(ask("r2", 8)), [], "it waits for what is under way");
  const end = confirm();
  assert.deepEqual(results(end), [["r1", true], ["r2", true]]);
  assert.deepEqual(happened(end), [8]);
  assert.equal(told(end, "struck")[0]?.incarnation, 8);
  assert.equal(strikes(all).length, 1);
  assert.equal(state.history.length, 1);
  assert.deepEqual(results(ask("r3", 8)), [["r3", true]]);
  assert.equal(strikes(all).length, 1);
});

scenario("a node that went down before its later life has only its earlier one confirmed", () => {
  const { view, boot, ask, confirm, all } = table("alice");
  ask("r1", 7);
  boot(101);
  view(8);
  const end = confirm();
  assert.deepEqual([results(end), happened(end)], [[["r1", true]], [7]]);
  // Something else has become of it: that is another cause, and another strike.
  view(0);
  assert.deepEqual(results(ask("r2", 8)), []);
  assert.equal(strikes(all).length, 2);
});

scenario(
  "where nothing is known of the target's heartbeat only the earlier life is confirmed",
  () => {
    const { view, ask, confirm, state } = table("alice");
    state.generations = new Map();
    ask("r1", 7);
    view(8);
    assert.deepEqual(happened(confirm()), [7]);
  },
);

scenario("the other members hear which life another node's device has ended", () => {
  const { view, ask, say, all } = table("carol");
  const [asked] = told(ask("r1", 7), "fence");
  view(8);
  assert.deepEqual(results(all), [], "alice's device is at it");
  const struck = { type: "struck", ok: true, target: "bob", action: "off", incarnation: 8 };
  say({ type: "peer", body: { ...struck, device: "d1" } }, "alice", "stonithd");
  const fenced = { type: "fenced", key: asked?.key ?? "", ok: true, detail: "dead" };
  const end = say({ type: "peer", body: fenced }, "alice", "stonithd");
  assert.deepEqual([results(end), happened(end)], [[["r1", true]], [8]]);
  view(0);
  assert.deepEqual(results(ask("r2", 8)), [["r2", true]]);
});
