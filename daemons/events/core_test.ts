/**
 * What becomes an event, on which node an alert is called for it, and what is kept.
 *
 * @module
 */
import assert from "node:assert/strict";
import { marked } from "../cib/doors/author.ts";
import { applyChanges, readCib, textOf, versionOf } from "../cib/doors/document.ts";
import type { Effect, Event } from "../runtime/machine.ts";
import type { CibChange, ClusterEvent, Message } from "../runtime/messages.ts";
import { alertsIn } from "./alerts_section.ts";
import { events } from "./core.ts";
import { flushMs, segmentEventsMax, segmentsMax, sequencesLeftOut } from "./limits.ts";

const alert = '<alerts><alert id="a" path="/bin/agent"/></alerts>';

/** The events of one node, beside a CIB. */
class Bench {
  readonly disk = new Map<string, Uint8Array>();
  machine = events();
  at = 0;
  root = readCib(
    `<cib epoch="1" num_updates="0"><configuration><nodes><node id="1" uname="a"/>` +
      `<node id="2" uname="b"/></nodes>${alert}</configuration><status>` +
      `<node_state id="1" uname="a"/><node_state id="2" uname="b"/></status></cib>`,
  );
  out: Effect[] = [];

  constructor() {
    this.start();
  }

  start(): void {
    this.machine = events();
    this.step({
      type: "start",
      at: 0,
      wallMs: 5_000,
      seed: 1,
      node: "a",
      saved: new Map(this.disk),
    });
    this.step({ type: "peer", at: 0, service: "alerts", up: true });
  }

  step(event: Event): void {
    for (const effect of this.machine.step(this.machine.state, event, false)) {
      this.out.push(effect);
      if (effect.type === "save") {
        if (effect.value === undefined) this.disk.delete(effect.key);
        else this.disk.set(effect.key, effect.value);
      }
      if (effect.type === "send" && effect.message.type === "cib/query") {
        const { id } = effect.message;
        const [version, xml] = [versionOf(this.root), textOf(this.root)];
        this.say({ type: "cib/document", id, version, xml });
      }
    }
  }

  say(message: Message, service = "cib", node = "a"): void {
    this.step({ type: "message", at: this.at, from: { node, service }, message });
  }

  change(...changes: readonly CibChange[]): void {
    const done = applyChanges(this.root, changes);
    assert.ok(done.ok, JSON.stringify(done));
    this.root = done.root;
    this.say({ type: "cib/changed", version: versionOf(this.root), changes, replaced: false });
  }

  view(epoch: number, quorate: boolean, ...members: readonly (readonly [string, number])[]): void {
    this.say({
      type: "ccm/view",
      view: {
        epoch,
        quorate,
        electorate: ["a", "b"],
        members: members.map(([node, incarnation]) => ({ node, incarnation, bornOn: 1 })),
      },
    }, "ccm");
  }

  kept(wanted: object = {}): readonly ClusterEvent[] {
    this.out = [];
    this.say({ type: "events/query", id: "q", ...wanted }, "client-1");
    const [answer] = this.out.flatMap((one) => one.type === "send" ? [one.message] : []);
    assert.ok(answer?.type === "events/answer");
    return answer.events;
  }

  whats(wanted: object = {}): readonly string[] {
    return this.kept(wanted).map(({ what }) => what);
  }

  /** Events that alerts were called for, since the last look. */
  alerted(): readonly string[] {
    const found = this.out.flatMap((one) =>
      one.type === "send" && one.message.type === "alerts/event" ? [one.message.event.what] : []
    );
    this.out = [];
    return found;
  }
}

const state = (id: string) => `/cib/status/node_state[@id='${id}']`;
const op = (
  key: string,
  call: number,
  rc: number,
  { target = 0, id = `${key.replace(/_(start|stop|monitor)_0$/, "_last")}_0`, status = 0 } = {},
) => {
  const [, task = "", interval = "0"] = /_(\w+)_(\d+)$/.exec(key) ?? [];
  const transition = `1:2:${target}:uuid`;
  return `<lrm_rsc_op id="${id}" operation_key="${key}" operation="${task}" interval="${interval}" ` +
    `transition-key="${transition}" transition-magic="${status}:${rc};${transition}" ` +
    `call-id="${call}" rc-code="${rc}" op-status="${status}" last-rc-change="9" exec-time="12" ` +
    `exit-reason="${rc === 0 ? "" : "gone"}"/>`;
};
const lrm = (id: string, resource: string, ...ops: readonly string[]): CibChange => ({
  op: "create",
  path: state(id),
  xml: `<lrm id="${id}"><lrm_resources><lrm_resource id="${resource}">${ops.join("")}` +
    `</lrm_resource></lrm_resources></lrm>`,
});

Deno.test("members, losses and quorum come from views", () => {
  const bench = new Bench();
  bench.view(1, true, ["a", 1], ["b", 1]);
  assert.deepEqual(bench.alerted(), ["a is a member", "b is a member"]);
  bench.view(2, false, ["a", 1]);
  bench.view(3, true, ["a", 1], ["b", 2]);
  bench.view(4, true, ["a", 1], ["b", 3]);
  assert.deepEqual(bench.alerted(), [
    "b is lost",
    "b is a member",
    "b is lost",
    "b is a member",
  ]);
  assert.deepEqual(bench.whats({ kind: "quorum" }), [
    "quorum gained",
    "quorum lost",
    "quorum gained",
  ]);
  bench.say({ type: "ccm/evicted" }, "ccm");
  assert.equal(bench.kept().at(-1)?.why, "this node is in no membership");
  assert.deepEqual(bench.kept({ node: "b", limit: 1 }).map(({ facts }) => facts), [
    { node: "b", nodeid: "2", desc: "member" },
  ]);
});

Deno.test("a node that has stopped in an orderly way has left", () => {
  const bench = new Bench();
  bench.view(1, true, ["a", 1], ["b", 1]);
  bench.change({ op: "modify", path: state("2"), set: { expected: "down" } });
  bench.view(2, true, ["a", 1]);
  assert.equal(bench.whats().at(-1), "b has left");
});

Deno.test("results are events once; an alert is called where the operation ran", () => {
  const bench = new Bench();
  bench.change(lrm("1", "web", op("web_monitor_0", 1, 7, { target: 7 }), op("web_start_0", 2, 0)));
  bench.change(lrm("2", "db", op("db_start_0", 1, 0)));
  assert.deepEqual(bench.alerted(), ["web is started on a"]);
  // A failed monitor is the last failure alone; a failed stop is recorded twice.
  bench.change(lrm(
    "1",
    "web",
    op("web_start_0", 2, 0),
    op("web_monitor_10000", 3, 7, { id: "web_last_failure_0" }),
  ));
  bench.change(lrm(
    "1",
    "web",
    op("web_stop_0", 4, 1, { id: "web_last_0" }),
    op("web_stop_0", 4, 1, { id: "web_last_failure_0" }),
  ));
  assert.deepEqual(bench.alerted(), [
    "web: monitor failed on a: not running",
    "web: stop failed on a: error",
  ]);
  assert.deepEqual(bench.kept({ resource: "web" }).map(({ facts }) => facts.task), [
    "start",
    "monitor",
    "stop",
  ]);
  assert.deepEqual(bench.kept({ resource: "web" })[1], {
    sequence: 5_002, // a life begins with the clock
    wallMs: 5_000,
    kind: "resource",
    node: "a",
    resource: "web",
    what: "web: monitor failed on a: not running",
    why: "gone",
    facts: {
      node: "a",
      rsc: "web",
      task: "monitor",
      interval: "10000",
      desc: "not running",
      status: "0",
      target_rc: "0",
      rc: "7",
      exec_time: "12",
      state: "failed",
    },
  });
});

Deno.test("a node that comes back brings no old results", () => {
  const bench = new Bench();
  const before = lrm("2", "db", op("db_start_0", 1, 0));
  bench.change(before);
  bench.change({ op: "delete", path: `${state("2")}/lrm[@id='2']` });
  bench.change(before);
  assert.deepEqual(bench.whats({ resource: "db" }), ["db is started on b"]);
  bench.change(lrm("2", "db", op("db_start_0", 1, 0), op("db_monitor_10000", 2, 0)));
  assert.equal(bench.whats({ resource: "db" }).length, 2);
});

Deno.test("attributes are events, and alerts of their own node; a node that leaves changes none", () => {
  const bench = new Bench();
  const set = (id: string, pairs: string): CibChange => ({
    op: "create",
    path: state(id),
    xml: `<transient_attributes id="${id}"><instance_attributes id="s${id}">${pairs}` +
      `</instance_attributes></transient_attributes>`,
  });
  const pair = (name: string, value: string) =>
    `<nvpair id="${name}" name="${name}" value="${value}"/>`;
  bench.change(set("1", pair("pingd", "100") + pair("rack", "1")));
  bench.change(set("2", pair("pingd", "100")));
  bench.change(set("1", pair("pingd", "0")));
  assert.deepEqual(bench.alerted(), [
    "pingd of a is 100",
    "rack of a is 1",
    "pingd of a is 0",
    "rack of a is gone",
  ]);
  bench.change({ op: "delete", path: `${state("1")}/transient_attributes[@id='1']` });
  assert.deepEqual(bench.alerted(), []);
  assert.equal(bench.kept({ kind: "attribute" }).length, 5);
});

Deno.test("standby and maintenance are events of the node, other permanent attributes of theirs", () => {
  const bench = new Bench();
  const set = (pairs: string): CibChange => ({
    op: "create",
    path: "/cib/configuration/nodes/node[@id='2']",
    xml: `<instance_attributes id="n2">${pairs}</instance_attributes>`,
  });
  bench.change(
    set('<nvpair id="x" name="standby" value="on"/><nvpair id="y" name="rack" value="3"/>'),
  );
  bench.change(set('<nvpair id="y" name="rack" value="3"/>'));
  assert.deepEqual(bench.whats({ node: "b" }), [
    "b is in standby",
    "rack of b is 3",
    "b is online",
  ]);
  assert.deepEqual(bench.alerted(), []);
});

Deno.test("a change of the configuration has who and why", () => {
  const bench = new Bench();
  const author = { user: "ann", command: "ha tag create t", reason: "a test" };
  const { set } = marked(bench.root, author, "0000002a", 1);
  bench.change({ op: "modify", path: "/cib", set }, {
    op: "create",
    path: "/cib/configuration",
    xml: '<tags><tag id="t"/></tags>',
  });
  bench.change({ op: "delete", path: "/cib/configuration/tags" });
  assert.deepEqual(bench.kept({ kind: "configuration" }).map(({ what, why }) => [what, why]), [
    ["configuration 2: ha tag create t, by ann", "a test"],
    ["configuration 3", undefined],
  ]);
});

const fencing = {
  type: "fence/happened",
  target: "c",
  action: "reboot",
  ok: true,
  delegate: "b",
  detail: "confirmed by the device",
  tookMs: 40,
  device: "pdu",
} as const;

Deno.test("every node knows of each fencing, once", () => {
  const bench = new Bench();
  bench.view(1, true, ["a", 1], ["b", 1], ["d", 1]);
  bench.alerted();
  bench.say({ ...fencing, origin: "a", client: "tengine" }, "stonithd");
  const to = bench.out.flatMap((one) =>
    one.type === "send" && one.message.type === "peer" ? [one.to.node] : []
  );
  assert.deepEqual(to, ["b", "d"], "who asked for it tells the others");
  assert.deepEqual(bench.alerted(), ["c is fenced (reboot) by b, device pdu"]);
  const { type: _, ...rest } = fencing;
  const body = { ...rest, type: "fencing", origin: "a" } as const;
  bench.say({ type: "peer", body }, "events", "b");
  assert.deepEqual(bench.alerted(), [], "heard of twice");
  bench.at = 6_000;
  bench.say({ type: "peer", body }, "events", "stranger");
  assert.deepEqual(bench.alerted(), [], "a node that is no member has no say");
  bench.say({ type: "peer", body }, "events", "b");
  assert.equal(bench.alerted().length, 1);
  bench.at = 20_000;
  bench.say({ ...fencing, ok: false, detail: "no\nroute", origin: "b" }, "stonithd");
  assert.deepEqual(
    bench.out.filter((one) => one.type === "send" && one.message.type === "peer").length,
    0,
    "b tells the others itself",
  );
  const { what, why, facts } = bench.kept({ kind: "fencing" }).at(-1)!;
  assert.deepEqual([what, why], ["c could not be fenced (reboot)", "no\\u000aroute"]);
  assert.equal(facts.desc, "Operation reboot of c by b for a client@b: Error");
});

Deno.test("events are on disk after a moment, and a new life goes on with them", () => {
  const bench = new Bench();
  bench.view(1, true, ["a", 1]);
  assert.equal(bench.disk.size, 0);
  bench.at = flushMs;
  bench.step({ type: "timer", at: bench.at, name: "flush" });
  assert.deepEqual([...bench.disk.keys()], ["events.0"]);
  bench.start();
  assert.deepEqual(bench.whats(), ["a is a member", "quorum gained"]);
  bench.view(2, true, ["a", 2]);
  assert.equal(bench.kept().at(-1)?.sequence, 5_003 + sequencesLeftOut);
  bench.step({ type: "stop", at: bench.at });
  bench.disk.set("events.0", new TextEncoder().encode("0\n{"));
  bench.start();
  assert.deepEqual(bench.whats(), [], "a damaged file costs its events");
});

Deno.test("the last 10,000 are kept, one small file each hundred", () => {
  const bench = new Bench();
  for (let life = 1; life <= 6_000; life++) bench.view(life, true, ["a", life]);
  bench.step({ type: "stop", at: bench.at });
  const kept = bench.kept();
  const last = 6_000 * 2; // a loss and a membership each, but for the first; and quorum once
  assert.equal(kept.at(-1)?.sequence, 4_999 + last);
  assert.ok(kept.length <= segmentEventsMax * segmentsMax && kept.length > 9_900, `${kept.length}`);
  assert.ok(bench.disk.size <= segmentsMax + 1);
  bench.start();
  assert.equal(bench.kept().at(-1)?.sequence, 4_999 + last);
});

Deno.test("one who follows misses none and sees none twice", () => {
  const bench = new Bench();
  for (let life = 1; life <= 500; life++) bench.view(life, true, ["a", life]);
  const seen: number[] = [];
  for (let last = 0, round = 0; round < 200; round++) {
    bench.out = [];
    bench.say({ type: "events/query", id: "q", after: last, limit: 7, kind: "node" }, "client-1");
    const [answer] = bench.out.flatMap((one) => one.type === "send" ? [one.message] : []);
    assert.ok(answer?.type === "events/answer");
    seen.push(...answer.events.map(({ sequence }) => sequence));
    last = answer.last;
  }
  assert.deepEqual(seen, bench.kept({ kind: "node" }).map(({ sequence }) => sequence));
});

Deno.test("the alerts section is Pacemaker's; what of it has no effect is reported", () => {
  const read = (xml: string) => alertsIn(readCib(`<alerts>${xml}</alerts>`));
  const { alerts, problems } = read(`
    <alert id="a" path="/usr/local/bin/a.sh">
      <select><select_attributes><attribute id="x" name="pingd"/></select_attributes></select>
      <meta_attributes id="m"><nvpair id="t" name="timeout" value="15s"/></meta_attributes>
      <instance_attributes id="i"><nvpair id="d" name="debug" value="1"/></instance_attributes>
      <recipient id="r" value="x@y">
        <meta_attributes id="n"><nvpair id="u" name="timestamp-format" value="%H"/></meta_attributes>
        <instance_attributes id="j"><nvpair id="e" name="debug" value="2"/></instance_attributes>
      </recipient>
      <recipient id="off" value="z">
        <meta_attributes id="o"><nvpair id="v" name="enabled" value="false"/></meta_attributes>
      </recipient>
    </alert>
    <alert id="b" path="webhook"/>
    <alert id="c" path="../x"/>
    <alert id="d" path="log"><meta_attributes id="p">
      <nvpair id="w" name="timeout" value="soon"/></meta_attributes></alert>`);
  assert.deepEqual(alerts[0], {
    id: "a",
    path: "/usr/local/bin/a.sh",
    select: { nodes: false, fencing: false, resources: false, attributes: ["pingd"] },
    recipients: [{
      id: "r",
      value: "x@y",
      timeoutMs: 15_000,
      timestampFormat: "%H",
      parameters: { debug: "2" },
    }],
  });
  assert.deepEqual(alerts[1]?.select, { nodes: true, fencing: true, resources: true });
  assert.deepEqual(alerts[1]?.recipients, [{
    id: "",
    value: "",
    timeoutMs: 30_000,
    parameters: {},
  }]);
  assert.deepEqual(alerts.map(({ id }) => id), ["a", "b", "d"]);
  assert.match(problems.join("\n"), /Alert "c" has the path[^]*Alert "d" has the timeout "soon"/);
});
