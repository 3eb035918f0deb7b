import assert from "node:assert/strict";
import type { Json } from "../../runtime/messages.ts";
import { noRefusals, noteRefusal, refusalsShown } from "../../heartbeat/doors/packets.ts";
import { heldBack, readHeldBack } from "./held_back.ts";
import { statusOf } from "./show_status.ts";

const refusals = noRefusals();
noteRefusal(refusals, 1_000, {
  why: "wrong signature",
  from: "10.0.0.9:694",
  link: "eth0",
  count: 7,
});
const heartbeat: Json = {
  node: "alice",
  refused: JSON.parse(JSON.stringify(refusalsShown(refusals, 3_000))),
  flood: { perSecond: 50_000, forMs: 12_000 },
  packingOff: "zstd broke",
  peers: [
    { name: "bob", status: "active", incompatible: "bob speaks protocol versions 9, this node 1" },
    { name: "carol", status: "active" },
  ],
};
const crmd: Json = {
  node: "alice",
  held: ["web"],
  undecided: "it computed for too long",
  awaits: { what: "the join of carol", forMs: 90_000 },
};

Deno.test("what is refused and held goes before the status, in text and in JSON", {
  permissions: "none",
}, () => {
  const { text, data } = statusOf(
    { cib: undefined, answers: { heartbeat, crmd }, results: undefined, silent: [] },
    0,
  );
  for (
    const said of [
      /^WARNING: heartbeat rejects a flood: 50000 packets a second, for 12 s \[HA\d{4}\]\. Fix: /m,
      /^WARNING: heartbeat refused 7 packets from 10\.0\.0\.9:694 by eth0: wrong signature; the last 2 s ago \[HA\d{4}\]\. Fix: /m,
      /^WARNING: bob speaks protocol versions 9, this node 1 \[HA\d{4}\]\. Fix: /m,
      /^WARNING: heartbeat sends its messages uncompressed: zstd broke \[HA\d{4}\]\. Fix: /m,
      /^WARNING: held, since they caused one fencing after another: web \[HA\d{4}\]\. Fix: /m,
      /^WARNING: the newest configuration cannot be decided, .*: it computed for too long \[HA\d{4}\]\. Fix: /m,
      /^WARNING: this node is the coordinator, and has started no transition for 90 s: it waits for the join of carol \[HA\d{4}\]\. Fix: /m,
    ]
  ) {
    assert.match(text, said);
    assert.ok(data.warnings.some((line) => said.test(`WARNING: ${line}`)));
  }
  assert.deepEqual(data.codes, [
    "HA0004",
    "HA5007",
    "HA5001",
    "HA5012",
    "HA5013",
    "HA8003",
    "HA4002",
    "HA6011",
  ]);
  assert.deepEqual(data.asked.heldBack.held, ["web"]);
  assert.equal(data.asked.heldBack.refused[0]?.count, 7);
  assert.equal(data.asked.heldBack.incompatible[0]?.node, "bob");
});

Deno.test("old refusals, and answers of another version, warn of nothing", {
  permissions: "none",
}, () => {
  const old = readHeldBack({
    refused: { from: [{ why: "stranger", from: "x", link: "", count: 1, agoMs: 700_000 }] },
  }, null);
  assert.equal(old.refused.length, 1);
  assert.deepEqual(heldBack({ heldBack: old }), []);
  for (
    const odd of [
      null,
      7,
      [],
      { refused: [], flood: 7, packingOff: {}, peers: "x", held: "web", undecided: 1 },
      { refused: { from: [null, { why: 1 }], elsewhere: "x" }, peers: [null], held: [1] },
    ] as const
  ) assert.deepEqual(heldBack({ heldBack: readHeldBack(odd, odd) }), []);
  const hostile = readHeldBack(null, { held: ["\u001b[2Jweb"] });
  assert.ok(!heldBack({ heldBack: hostile }).join().includes("\u001b"));
});

Deno.test("a coordinator that waits as it should warns of nothing", { permissions: "none" }, () => {
  const awaits = { what: "the next attempt, as the last ones changed nothing", forMs: 30_500 };
  assert.deepEqual(heldBack({ heldBack: readHeldBack(null, { node: "alice", awaits }) }), []);
});
