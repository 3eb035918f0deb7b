/**
 * Nothing that comes over a link or from a node ends a daemon: mutated messages of every type at the
 * door, and, in a whole simulated cluster, whatever a node may say to the daemons of another.
 *
 * @module
 */
import assert from "node:assert/strict";
import { protocol } from "../../daemons/protocols.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import { mayBeSaid } from "../../daemons/runtime/protocol.ts";
import { Random } from "../../daemons/runtime/random.ts";
import { fuzzMessages } from "../fuzz/message_fuzz.ts";
import { samples } from "../fuzz/message_samples.ts";
import { mutated } from "../fuzz/mutate.ts";
import type { Observation } from "./observation.ts";
import { clusterWorld } from "./scenario_cluster.ts";

Deno.test("mutated messages of every union are refused or valid, and never throw", {
  permissions: "none",
}, () => {
  const unions = [...fuzzMessages(1_500, 1)];
  assert.ok(unions.length >= 14, "they were tried");
  for (const { union, believed, tried } of unions) {
    assert.ok(believed > 0 && believed < tried, `${union}: ${believed} of ${tried} believed`);
  }
});

Deno.test("there is a sample of each type, and it is valid", { permissions: "none" }, () => {
  for (const [type, rule] of protocol) {
    if (rule.from.includes("runtime")) continue;
    assert.deepEqual(rule.read(samples[type]), samples[type], type);
  }
});

/** Messages that a machine of another node says, and one more that its node could say. */
const fromPeers = new Set(["peer", "crmd/perform", "crmd/performed"]);

Deno.test("no message of a member ends a daemon of another node", {
  permissions: "none",
}, () => {
  let tried = 0;
  for (let seed = 1; seed <= 2; seed++) {
    const world = clusterWorld({ seed, writeEveryMs: 200 });
    const random = new Random(seed, 9);
    const seen = new Map<string, Extract<Observation, { type: "received" }>[]>();
    world.listeners.push((observation) => {
      if (observation.type !== "received" || !fromPeers.has(observation.message.type)) return;
      const key = `${observation.message.type} ${observation.service}`;
      const known = seen.get(key) ?? [];
      if (known.length < 50) seen.set(key, [...known, observation]);
      else known[random.between(0, 49)] = observation;
    });
    world.powerOnAll();
    const say = () => {
      world.kernel.after(10_000, say);
      const keys = [...seen.keys()].sort();
      if (keys.length === 0) return;
      for (let times = 0; times < 4; times++) {
        const { message, service, from, node } = random.pick(seen.get(random.pick(keys)) ?? []);
        if (from.node === node) continue;
        const broken = spoiled(message, random);
        if (typeof broken !== "object" || broken === null || !("type" in broken)) continue;
        if (broken.type !== message.type) continue;
        tried++;
        world.node(node).forge(from, service, broken as Message);
      }
    };
    world.kernel.after(5_000_000, say);
    // A liar harms the cluster, and checkers see that: here it only counts that nobody throws.
    for (let second = 0; second < 15; second++) {
      world.runMs(1_000);
      const thrown = world.violations.filter(({ invariant }) => invariant === "NOTHROW");
      assert.deepEqual(thrown, [], `seed ${seed}`);
      world.violations.length = 0;
    }
  }
  assert.ok(tried > 2_000, `${tried} messages were tried`);
});

/** With a change in it; in a text of JSON, a change of what it says. */
function spoiled(message: Message, random: Random): unknown {
  if (message.type !== "peer") return mutated(message, random);
  const { body } = message;
  const isPiece = typeof body === "object" && body !== null && "part" in body &&
    typeof body.part === "string" && body.of === 1;
  if (!isPiece) return { type: "peer", body: mutated(body, random) };
  const part = JSON.stringify(mutated(JSON.parse(String(body.part)), random));
  return { type: "peer", body: { at: 0, of: 1, part } };
}

Deno.test("who may say what is one table", { permissions: "none" }, () => {
  const may = (type: string, from: string, here: boolean, to: string) => {
    const rule = protocol.get(type);
    return rule !== undefined && mayBeSaid(rule, { from, here, to });
  };
  for (
    const [type, service, to] of [
      ["ccm/view", "ccm", "crmd"],
      ["ccm/evicted", "ccm", "cib"],
      ["fence/result", "stonithd", "tengine"],
      ["fence/request", "tengine", "stonithd"],
      ["heartbeat/connectivity", "heartbeat", "ccm"],
      ["crmd/fenced", "tengine", "crmd"],
      ["lrm/execute", "crmd", "lrmd"],
      ["cib/document", "cib", "crmd"],
      ["tengine/run", "crmd", "tengine"],
      ["pengine/transition", "pengine", "crmd"],
    ] as const
  ) {
    assert.ok(may(type, service, true, to), `${type} of this node's ${service}`);
    assert.ok(!may(type, service, false, to), `${type} of another node's ${service}`);
    // A person may have a node fenced; nobody else's word is a client's.
    const mayClient = type === "fence/request";
    assert.equal(may(type, "client-1", true, to), mayClient, `${type} of a client`);
    assert.ok(!may(type, "mallory", true, to), `${type} of another service`);
  }
  assert.ok(may("heartbeat/change", "client-1", true, "heartbeat"));
  assert.ok(!may("heartbeat/change", "client-1", false, "heartbeat"));
  assert.ok(may("crmd/perform", "tengine", false, "crmd"));
  assert.ok(!may("crmd/perform", "crmd", false, "crmd"));
  assert.ok(may("peer", "cib", false, "cib"));
  assert.ok(!may("peer", "cib", false, "crmd"));
  assert.ok(!may("heartbeat/deliver", "heartbeat", true, "cib"));
  assert.ok(!may("heartbeat/forward", "crmd", true, "heartbeat"));
});
