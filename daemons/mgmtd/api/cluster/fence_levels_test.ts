import assert from "node:assert/strict";
import { readCib } from "../../../cib/doors/document.ts";
import type { XmlElement } from "@std/xml";
import type { About, Changing, Values } from "../operation.ts";
import { fenceLevelAdd, fenceLevelLs, fenceLevelRm } from "./fence_levels.ts";

const empty = readCib(`<cib><configuration><nodes><node id="1" uname="alice"/></nodes><resources>
  <primitive id="d1" class="stonith" type="x"/><primitive id="d2" class="stonith" type="x"/>
  </resources></configuration></cib>`);
/** Levels ask for nothing beside the CIB. */
const about: About = {
  nowS: 0,
  state() {
    throw new Error("not asked for");
  },
};

function changed(operation: Changing, cib: XmlElement, values: Values): XmlElement {
  const worked = operation.change(cib, values, about);
  assert.ok("cib" in worked, JSON.stringify(worked));
  return worked.cib;
}

function problems(operation: Changing, cib: XmlElement, values: Values): readonly string[] {
  const worked = operation.change(cib, values, about);
  return "problems" in worked ? worked.problems.map(({ exit }) => exit) : [];
}

function listed(cib: XmlElement): readonly string[] {
  const read = fenceLevelLs.read(cib, {}, about);
  return "text" in read ? read.text : [];
}

Deno.test("levels by name, pattern and attribute are added, shown and removed", () => {
  let cib = empty;
  for (
    const [target, index, devices] of [
      ["alice", "2", ["d2"]],
      ["alice", "1", ["d1", "d2"]],
      ["regex:^a", "1", ["d1,d2"]],
      ["attribute:rack=1", "1", ["d1"]],
    ] as const
  ) cib = changed(fenceLevelAdd, cib, { target, index, devices });
  assert.deepEqual(listed(cib), [
    "alice 1: d1, d2",
    "alice 2: d2",
    "attribute:rack=1 1: d1",
    "regex:^a 1: d1, d2",
  ]);
  cib = changed(fenceLevelRm, cib, { target: "alice", index: "2" });
  cib = changed(fenceLevelRm, cib, { target: "regex:^a" });
  assert.deepEqual(listed(cib), ["alice 1: d1, d2", "attribute:rack=1 1: d1"]);
});

Deno.test("what is wrong with a level is reported at once, and nothing is changed", () => {
  const values = { target: "bob", index: "0", devices: ["d9", "d1"] };
  assert.deepEqual(problems(fenceLevelAdd, empty, values), [
    "noSuch",
    "invalidParameter",
    "noSuch",
  ]);
  const cib = changed(fenceLevelAdd, empty, { target: "alice", index: "1", devices: ["d1"] });
  const again = { target: "alice", index: "1", devices: ["d2"] };
  assert.deepEqual(problems(fenceLevelAdd, cib, again), ["exists"]);
  assert.deepEqual(problems(fenceLevelAdd, cib, { ...again, target: "regex:(" }), [
    "invalidParameter",
  ]);
  assert.deepEqual(problems(fenceLevelAdd, cib, { ...again, target: "attribute:rack" }), [
    "invalidParameter",
  ]);
  assert.deepEqual(problems(fenceLevelRm, cib, { target: "alice", index: "2" }), ["noSuch"]);
});
