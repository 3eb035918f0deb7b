import assert from "node:assert/strict";
import { reportedMax } from "./configure.ts";
import { fencingOf } from "./devices.ts";
import { Bench } from "./testing_bench.ts";
import { levelsOf } from "./topology.ts";

const topologyIn = (levels: string) =>
  fencingOf(`<cib><configuration>
    <nodes>
      <node id="1" uname="alice"><instance_attributes id="a">
        <nvpair id="r" name="rack" value="north"/></instance_attributes></node>
      <node id="2" uname="bob"/>
    </nodes>
    <fencing-topology>${levels}</fencing-topology></configuration></cib>`).topology;
const of = (levels: string, node: string) =>
  levelsOf(topologyIn(levels), node).map(({ index, devices }) => `${index}: ${devices.join(" ")}`);

const name = `<fencing-level id="n" target="alice" index="2" devices="d1"/>`;
const pattern =
  `<fencing-level id="p" target-pattern="^(al|b)[[:alpha:]]+$" index="1" devices="d2"/>`;
const attribute =
  `<fencing-level id="a" target-attribute="rack" target-value="north" index="1" devices="d3, d4"/>`;

Deno.test("a node has the levels of its name, else of a pattern, else of an attribute", () => {
  assert.deepEqual(of(attribute + pattern + name, "alice"), ["2: d1"]);
  assert.deepEqual(of(attribute + pattern + name, "ALICE"), ["2: d1"], "names have no case");
  assert.deepEqual(of(attribute + pattern, "alice"), ["1: d2"]);
  assert.deepEqual(of(attribute + pattern, "bob"), ["1: d2"]);
  assert.deepEqual(of(attribute, "alice"), ["1: d3 d4"]);
  assert.deepEqual(of(attribute, "bob"), []);
  assert.deepEqual(of(pattern, "carol"), []);
});

Deno.test("levels of one target are in the order of their indices, whatever the document's", () => {
  const second = `<fencing-level id="n1" target="alice" index="1" devices="d9"/>`;
  assert.deepEqual(of(name + second, "alice"), ["1: d9", "2: d1"]);
});

Deno.test("a level that cannot be used is left out, and says why", () => {
  const { all, wrong } = topologyIn(
    `<fencing-level id="l1" index="1" devices="d1"/>
     <fencing-level id="l2" target="alice" index="0" devices="d1"/>
     <fencing-level id="l3" target="alice" index="10" devices="d1"/>
     <fencing-level id="l4" target-pattern="(" index="1" devices="d1"/>
     <fencing-level id="l5" target="alice" index="9" devices="d1"/>`,
  );
  assert.deepEqual(all.flatMap(({ levels }) => levels), [{ index: 9, devices: ["d1"] }]);
  assert.deepEqual(wrong.map((text) => /"(l\d)".*Fix: /.exec(text)?.[1]), ["l1", "l2", "l3", "l4"]);
});

Deno.test("an index is read as the language of the configuration has it", () => {
  for (const index of ["1", "+1", "001", " 1 ", "9"]) {
    const levels = `<fencing-level id="l" target="alice" index="${index}" devices="d1"/>`;
    assert.deepEqual(topologyIn(levels).wrong, [], index);
    assert.deepEqual(of(levels, "alice"), [`${Number(index)}: d1`]);
  }
});

Deno.test("thousands of levels and devices that cannot be used give a few lines and a count", () => {
  const bench = new Bench({});
  const logs = () => bench.effects.flatMap((one) => one.type === "log" ? [one.text] : []);
  const level = (at: number) => `<fencing-level id="l${at}" target="a" index="0" devices="d"/>`;
  const levels = (count: number) => Array.from({ length: count }, (_, at) => level(at)).join("");
  bench.configure({}, levels(5_000));
  assert.equal(logs().length, reportedMax + 1);
  assert.match(logs().at(-1)!, /^4990 more fencing levels .*Fix: /);
  bench.configure({}, levels(5_003));
  assert.equal(logs().length, 3, "the new ones, and no count");
  const devices = Array.from({ length: 500 }, (_, at) => [`d${at}`, { pcmk_host_check: "no" }]);
  bench.configure(Object.fromEntries(devices));
  assert.equal(logs().length, reportedMax + 1);
  assert.match(logs().at(-1)!, /^490 more fencing devices .*Fix: /);
});

Deno.test("a pattern that repeats what it repeats costs no more than its name is long", () => {
  const evil = `<fencing-level id="p" target-pattern="^(a+)+$" index="1" devices="d2"/>`;
  assert.deepEqual(of(evil, `${"a".repeat(200)}!`), []);
});

Deno.test("a pattern costs no more, where it repeats no group", () => {
  const began = performance.now();
  const evil = `${".*".repeat(100)}X|alice`;
  const level = `<fencing-level id="p" target-pattern="${evil}" index="1" devices="d2"/>`;
  assert.deepEqual(of(level, "alice"), ["1: d2"]);
  assert.ok(performance.now() - began < 2_000);
});

Deno.test("many patterns are bounded: each fencing matches all of them", () => {
  const level = (pattern: string, at: number) =>
    `<fencing-level id="l${at}" target-pattern="${pattern}" index="1" devices="d"/>`;
  const long = Array.from({ length: 400 }, (_, at) => level(`(?:.?){900}X${at}`, at));
  const many = Array.from({ length: 5_000 }, (_, at) => level(`x${at}`, at));
  const began = performance.now();
  for (const [levels, why] of [[long, /are too long/], [many, /more than 500/]] as const) {
    const topology = topologyIn(levels.join(""));
    assert.deepEqual(levelsOf(topology, "a".repeat(100)), []);
    assert.match(topology.wrong.at(-1)!, why);
  }
  assert.ok(performance.now() - began < 10_000);
});
