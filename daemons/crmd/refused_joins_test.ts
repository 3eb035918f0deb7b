import assert from "node:assert/strict";
import { applyChanges, versionOf } from "../cib/doors/document.ts";
import { heldMsMax } from "./refused_joins.ts";
import { Bench, operation, result, standing } from "./testing_bench.ts";

/** The cib of the coordinator does what it is asked, or refuses it. Gives its refusals. */
function write(bench: Bench, at: number, broken = false): readonly string[] {
  const refused: string[] = [];
  for (let asked = bench.take("cib/apply"); asked.length > 0; asked = bench.take("cib/apply")) {
    for (const { id, changes } of asked) {
      const applied = applyChanges(bench.cib, changes);
      const error = broken ? "the disk is full" : applied.ok ? undefined : applied.error;
      if (error !== undefined) {
        refused.push(error);
        give(bench, at, "cib", { type: "cib/applied", id, ok: false, error });
        continue;
      }
      if (!applied.ok) continue;
      bench.cib = applied.root;
      const version = versionOf(bench.cib);
      give(bench, at, "cib", { type: "cib/changed", version, changes, replaced: false });
      give(bench, at, "cib", { type: "cib/applied", id, ok: true, version });
    }
  }
  return refused;
}

const give = (bench: Bench, at: number, service: string, message: Parameters<Bench["say"]>[1]) =>
  bench.give({ type: "message", at, from: { node: "a", service }, message });

/** Lets time pass, with the timers of the members alone. */
function pass(bench: Bench, fromMs: number, toMs: number, broken = false): number {
  let writes = 0;
  for (let at = fromMs;;) {
    writes += write(bench, at, broken).length;
    const inMs = bench.timers.get("members");
    if (inMs === undefined || at + inMs > toMs) return writes;
    bench.timers.delete("members");
    bench.give({ type: "timer", at: at += inMs, name: "members" });
  }
}

const member = (node: string) => ({ [node]: `${standing.member} incarnation="1"` });

function three(): Bench {
  const bench = new Bench({ ...member("a"), ...member("b"), ...member("c") });
  bench.view(5, "a", "b", "c");
  return bench;
}

Deno.test("a join that the CIB refuses keeps nobody else out", () => {
  const bench = three();
  // No CIB holds a name that is not shown as it is.
  const lie = { ...operation("x_start"), resource: "x\u202e" };
  bench.join("b", { view: 5, results: [{ ...result("x_start", 1), operation: lie }] });
  bench.join("c", { view: 5, results: [result("web_start", 1)] });
  const refused = pass(bench, 0, 60_000);
  const { coordination } = bench.machine.state;
  assert.deepEqual([...coordination?.done.keys() ?? []].sort(), ["a", "c"]);
  assert.match(JSON.stringify(bench.cib), /web_last_0/);
  assert(refused >= 3 && refused < 20, `${refused} refusals in a minute`);
  const told = bench.log.filter((line) => line.startsWith("What b says that it runs is not in"));
  assert.equal(told.length, 1);
  // What it has is not waited for without end: the engine decides with the others.
  assert.deepEqual(bench.take("pengine/schedule"), []);
  bench.give({ type: "timer", at: 60_000, name: "join" });
  assert.equal(bench.take("pengine/schedule").length, 1);
  // Once it tells the truth, it is taken.
  bench.join("b", { view: 5, number: 2, results: [result("db_start", 1)] });
  pass(bench, 60_000, 200_000);
  assert.equal(coordination?.done.get("b"), 2);
});

Deno.test("where the CIB takes nothing for a while, all joins are taken soon after", () => {
  const bench = three();
  for (const node of ["b", "c"]) bench.join(node, { view: 5, results: [result("web_start", 1)] });
  pass(bench, 0, 30_000, true);
  assert.equal(bench.machine.state.coordination?.done.size, 0);
  pass(bench, 30_000, 30_000 + 2 * heldMsMax);
  assert.deepEqual([...bench.machine.state.coordination?.done.keys() ?? []].sort(), [
    "a",
    "b",
    "c",
  ]);
});
