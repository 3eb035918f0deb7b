/**
 * A node that is no member has no say in who is fenced.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { Json, Message } from "../runtime/messages.ts";
import { stonithd } from "./core.ts";

const version = { adminEpoch: 0, epoch: 0, numUpdates: 0 };
const xml = `<cib><configuration><resources><primitive id="d1" class="stonith" type="process"/>` +
  `</resources></configuration></cib>`;

Deno.test("a device strikes for a member, and for nobody who is none", () => {
  const machine = stonithd();
  const step = (event: Event): readonly Effect[] => machine.step(machine.state, event);
  const say = (message: Message, node = "alice", service = "tengine") =>
    step({ type: "message", at: 0, from: { node, service }, message });
  step({ type: "start", at: 0, wallMs: 0, seed: 1, node: "alice", saved: new Map() });
  say({ type: "cib/document", id: "", version, xml });
  step({ type: "loaded", at: 0, instance: "d1", result: { ok: true, value: "process" } });
  step({ type: "reply", at: 0, id: "hosts d1", result: { ok: true, value: ["bob"] } });
  const members = ["alice", "bob", "carol"]
    .map((node) => ({ node, incarnation: 1, bornOn: 1 }));
  const electorate = ["alice", "bob", "carol", "mallory"];
  say({ type: "ccm/view", view: { epoch: 1, quorate: true, electorate, members } });
  const ask = (node: string) => {
    const body: Json = {
      type: "fence",
      key: "1 off bob",
      target: "bob",
      action: "off",
      timeoutMs: 9_000,
    };
    return say({ type: "peer", body }, node, "stonithd");
  };
  const refused = ask("mallory");
  assert.ok(!refused.some(({ type }) => type === "call"));
  const answer = refused.find((effect) => effect.type === "send");
  assert.deepEqual(answer?.type === "send" && answer.to, { node: "mallory", service: "stonithd" });
  assert.match(JSON.stringify(answer), /"ok":false.*mallory is no member/);
  assert.ok(ask("carol").some(({ type }) => type === "call"));
});
