/**
 * What is shown of the node that was asked: each state of it, in full.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Json } from "../../runtime/messages.ts";
import { exit } from "../exit.ts";
import { daemonsOf, type DaemonsShown, daemonWarnings, notRunning } from "./daemons_file.ts";
import { listOf, member, numberOf, textOf } from "./json_parts.ts";
import { ageText, nodeText, warnings } from "./node_text.ts";
import { type NodeView, nodeView } from "./node_view.ts";
import { codeOf } from "./show_status.ts";

const well: Readonly<Record<string, Json>> = {
  heartbeat: {
    node: "alice",
    links: [{ link: "eth0", state: "up" }, { link: 7, state: "up" }, { link: "eth1" }],
    peers: [
      { name: "bob", status: "active" },
      { name: "carol", status: "dead" },
      { name: "dora", status: "up" },
      { name: 7, status: "up" },
    ],
    pings: [{ name: "gw", status: "ping" }, { name: "odd", status: "odd" }],
    watchdog: { plugin: "watchdog/process", state: "armed" },
  },
  ccm: {
    view: { epoch: 2_097_153, quorate: true, members: [{ node: "alice" }, { node: "bob" }, {}] },
    sinceMs: 5_000,
    strangers: [],
    foundingRefused: "",
    refused: { "malformed bob ccm": 3, "unknown bob ccm": 9 },
  },
  cib: { synced: true },
  crmd: { node: "alice" },
  "messages@cluster": { "closed unread": 1, "nothing": 0 },
};
const viewOf = (change: Readonly<Record<string, Json>> = {}, silent: NodeView["silent"] = []) =>
  nodeView({ cib: undefined, answers: { ...well, ...change }, results: undefined, silent });

Deno.test("a node that is well is shown with all that it has, and warns of nothing", () => {
  const view = viewOf();
  assert.deepEqual(warnings(view), []);
  assert.equal(
    nodeText(view),
    `
Node asked: alice
  * Membership: [ alice bob ] with quorum (view 2.1)
  * Links: eth0 up
  * Not heard: carol (dead)
  * Daemons: all answer
  * Refused since start: ccm: malformed bob ccm 3, cluster: closed unread 1

Ping Nodes (as this node sees them):
  * gw: ping

Watchdog (of this node):
  * watchdog/process: armed
`,
  );
  assert.equal(codeOf(view), exit.ok);
});

Deno.test("nothing that is known is made up where daemons say nothing", () => {
  const view = nodeView({ cib: undefined, answers: {}, results: undefined, silent: [] });
  assert.deepEqual([view.node, view.quorate, view.members, view.view], [
    undefined,
    undefined,
    [],
    undefined,
  ]);
  assert.equal(
    nodeText(view),
    "\nNode asked: unknown\n  * Membership: not known\n  * Daemons: all answer\n  * Data: OLD, see above\n",
  );
  assert.match(warnings(view).join(), /this node: membership does not answer, so quorum is not/);
});

Deno.test("each state of a node that is not well has its warning and its exit code", () => {
  const ccm = (view: Json, more: Readonly<Record<string, Json>> = {}): Json => ({
    view,
    sinceMs: 200_000,
    ...more,
  });
  const table: readonly (readonly [NodeView, RegExp, number])[] = [
    [
      viewOf({ ccm: ccm({ epoch: 1, quorate: false, members: [{ node: "alice" }] }) }),
      /^alice has no quorum since 3 min ago: it sees alice\. What other nodes run is not known/,
      exit.noQuorum,
    ],
    [
      viewOf({ ccm: { view: null } }),
      /^alice has no quorum: it is in no membership\. /,
      exit.noQuorum,
    ],
    [
      viewOf({ cib: { synced: false } }),
      /^alice does not have the coordinator's CIB yet: what is shown may be old/,
      exit.tryAgain,
    ],
    [viewOf({ cib: {} }), /^alice does not have the coordinator's CIB yet/, exit.tryAgain],
    [
      viewOf({}, [{ daemon: "lrmd", why: "it does not run" }]),
      /^lrmd does not answer: it does not run/,
      exit.unavailable,
    ],
    [
      viewOf({ ccm: { ...Object(well["ccm"]), strangers: ["eve"] } }),
      /^eve has the key and is none of this cluster's nodes/,
      exit.config,
    ],
    [
      viewOf({ ccm: { ...Object(well["ccm"]), strangers: ["eve", "mallory"] } }),
      /^eve, mallory have the key and are none of this cluster's nodes/,
      exit.config,
    ],
  ];
  for (const [view, warning, code] of table) {
    const lines = warnings(view);
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.match(lines[0] ?? "", warning);
    assert.equal(codeOf(view), code, String(warning));
  }
  const refused = viewOf({
    ccm: { ...Object(well["ccm"]), strangers: ["eve"], foundingRefused: "two lists" },
  });
  assert.deepEqual(warnings(refused), ["two lists"]);
  const silent = viewOf({}, [{ daemon: "cib", why: "x" }, { daemon: "lrmd", why: "y" }]);
  assert.match(nodeText(silent), /Daemons: cib, lrmd do not answer/);
  assert.match(nodeText(viewOf({}, [{ daemon: "cib", why: "x" }])), /Daemons: cib does not answer/);
  assert.match(nodeText(viewOf({ ccm: { view: null } })), /Membership: none\n/);
  const lonely = viewOf({ ccm: ccm({ epoch: 1, quorate: false, members: [{ node: "alice" }] }) });
  assert.match(
    nodeText(lonely),
    /\[ alice \] WITHOUT quorum \(view 0\.1\)[^]*Data: OLD, see above/,
  );
});

Deno.test("what their parent knows of the daemons stands in where nobody asks them", () => {
  const daemon = (state: string, restarts: number, last = "") => ({
    name: "lrmd",
    state,
    restarts,
    last,
  });
  const file = (one: Json, more: Readonly<Record<string, Json>> = {}, nowMs = 10_000) =>
    daemonsOf({ daemons: [one], givenUp: "", ...more }, nowMs);
  const shown = (of: DaemonsShown | undefined) => {
    assert.ok(of);
    const lines = nodeText(viewOf(), of).split("\n").filter((line) => line.includes("aemon"));
    return [...lines, ...daemonWarnings(of)];
  };
  assert.deepEqual(shown(file(daemon("running", 0))), ["  * Daemons: all answer"]);
  assert.deepEqual(shown(file(daemon("running", 1, "it hung and was ended"))), [
    "  * Daemons: all answer",
    "  * Daemon lrmd: running, restarted once; it hung and was ended",
  ]);
  assert.deepEqual(shown(file(daemon("waiting", 2, "was ended by SIGKILL"))), [
    "  * Daemons: lrmd is waiting",
    "  * Daemon lrmd: waiting, restarted 2 times; it was ended by SIGKILL",
    "daemon lrmd is waiting; it was ended by SIGKILL [HA9005]",
  ]);
  assert.deepEqual(shown(file(daemon("ended", 0), { givenUp: "too often" })).slice(2), [
    "the node was given up: too often [HA9006]",
    "daemon lrmd is ended [HA9005]",
  ]);
  const writer = { pid: 7, atMs: 10_000, everyMs: 1_000 };
  for (const nowMs of [10_000, 15_000, 5_000]) {
    assert.equal(file(daemon("running", 0), { writer }, nowMs)?.silent, undefined, String(nowMs));
  }
  for (const nowMs of [15_001, 4_999]) {
    const old = file(daemon("running", 0), { writer }, nowMs);
    assert.deepEqual(old?.silent, { pid: 7, forMs: 5_001 });
    assert.deepEqual(old?.daemons, []);
    assert.deepEqual(codeOf(viewOf(), old), exit.unavailable);
    const [line, warning = ""] = shown(old);
    assert.equal(line, "  * Daemons: those that are asked answer; their parent does not");
    assert.match(warning, /\(process 7\) has said nothing of its daemons for 5 s: it hangs/);
  }
  assert.equal(codeOf(viewOf(), file(daemon("waiting", 1))), exit.unavailable);
  assert.deepEqual(notRunning(undefined), []);
  for (const wrong of [null, 7, "x", {}, { daemons: {} }]) {
    assert.equal(daemonsOf(wrong, 0), undefined);
  }
  for (const one of [null, {}, { name: "a", state: "b" }, { name: "a", state: 1, restarts: 1 }]) {
    assert.deepEqual(file(one)?.daemons, []);
  }
  for (const wrong of [null, {}, { pid: 1, atMs: 1 }, { pid: "1", atMs: 1, everyMs: 1 }]) {
    assert.equal(file(daemon("running", 0), { writer: wrong }, 1e9)?.silent, undefined);
  }
});

Deno.test("ages are said in the unit that fits, and parts of answers are read one by one", () => {
  for (
    const [ms, text] of [
      [0, "0 s"],
      [119_999, "119 s"],
      [120_000, "2 min"],
      [119 * 60_000, "119 min"],
      [120 * 60_000, "2 h"],
      [90 * 3_600_000, "90 h"],
    ] as const
  ) assert.equal(ageText(ms), text);
  assert.deepEqual([member({ a: 1 }, "a"), member({}, "toString"), member([1], "0")], [
    1,
    null,
    null,
  ]);
  assert.deepEqual([member(null, "a"), textOf("x"), textOf(1)], [null, "x", undefined]);
  assert.deepEqual([numberOf(1), numberOf("1"), numberOf(null)], [1, undefined, undefined]);
  assert.deepEqual([listOf([1]), listOf({ 0: 1 }), listOf("x")], [[1], [], []]);
});
