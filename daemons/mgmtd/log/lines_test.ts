import assert from "node:assert/strict";
import type { LogLevel } from "../../runtime/log.ts";
import { levels, LogFilter, type Wanted } from "./lines.ts";

const lines = [
  "2026-11-30T14:55:00.600Z alice crmd: notice: View 3: alice, bob",
  "  a second line of it",
  "Nov 30 14:55:01 host ha[7]: 2026-11-30T14:55:01.000Z bob cib: warning: The CIB is odd",
  "2026-11-30T14:55:02.000Z bob crmd: info: done",
  "2026-11-30T14:55:03.000Z bob crmd: crit: given up",
];

const kept = (wanted: Wanted, json = false): readonly number[] => {
  const filter = new LogFilter(wanted, json);
  return lines.flatMap((line, at) => filter.take(line) === undefined ? [] : [at]);
};

Deno.test("lines of a log are kept by level, node, daemon and time, with what belongs to them", {
  permissions: "none",
}, () => {
  assert.deepEqual(kept({}), [0, 1, 2, 3, 4]);
  assert.deepEqual(kept({ level: "notice" }), [0, 1, 2, 4]);
  assert.deepEqual(kept({ level: "err" }), [4]);
  assert.deepEqual(kept({ node: "bob" }), [2, 3, 4]);
  assert.deepEqual(kept({ daemon: "crmd", node: "bob" }), [3, 4]);
  assert.deepEqual(kept({ sinceMs: Date.parse("2026-11-30T14:55:02Z") }), [3, 4]);
});

Deno.test("each level that a daemon can log is one that can be asked for", {
  permissions: "none",
}, () => {
  const severities: readonly LogLevel[] = ["crit", "err", "warning", "notice", "info", "debug"];
  assert.deepEqual(levels, severities);
  for (const level of severities) {
    const line = `2026-11-30T14:55:02.000Z bob crmd: ${level}: done`;
    assert.equal(new LogFilter({ level }).take(line), line);
  }
  const line = "2026-11-30T14:55:02.000Z bob backup[812]: info: done";
  assert.equal(new LogFilter({ daemon: "backup[812]" }).take(line), line);
});

Deno.test("what a journal writes before a line is left out; JSON has its parts", {
  permissions: "none",
}, () => {
  assert.equal(
    new LogFilter({}).take(lines[2] ?? ""),
    "2026-11-30T14:55:01.000Z bob cib: warning: The CIB is odd",
  );
  assert.deepEqual(JSON.parse(new LogFilter({}, true).take(lines[4] ?? "") ?? ""), {
    at: "2026-11-30T14:55:03.000Z",
    node: "bob",
    daemon: "crmd",
    level: "crit",
    text: "given up",
  });
});
