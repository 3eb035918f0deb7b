import assert from "node:assert/strict";
import { parseOperationKey, parseOperationSpec } from "./operation_spec.ts";

Deno.test("operation keys are taken apart though resources hold underscores too", () => {
  const table: readonly [string, string, string, number][] = [
    ["db_monitor_10000", "db", "monitor", 10000],
    ["my_db_start_0", "my_db", "start", 0],
    ["vm_migrate_to_0", "vm", "migrate_to", 0],
    ["my_vm_migrate_from_0", "my_vm", "migrate_from", 0],
    ["web:1_stop_0", "web:1", "stop", 0],
    ["set_confirmed-post_notify_start_0", "set", "confirmed-post_notify_start", 0],
    ["set_pre_notify_stop_0", "set", "pre_notify_stop", 0],
  ];
  for (const [key, resource, task, intervalMs] of table) {
    assert.deepEqual(parseOperationKey(key), { resource, task, intervalMs }, key);
  }
  for (const key of ["db", "db_start", "_start_0", "start_0", "db__0"]) {
    assert.equal(parseOperationKey(key), undefined, key);
  }
});

Deno.test("a specification names node and result", () => {
  assert.deepEqual(parseOperationSpec("db_start_0@bart.example.com=7"), {
    text: "db_start_0@bart.example.com=7",
    resource: "db",
    task: "start",
    intervalMs: 0,
    node: "bart.example.com",
    rc: 7,
  });
  for (const text of ["", "db_start_0", "db_start_0@node", "db@node=1", "db_start_0@node=x"]) {
    const problem = parseOperationSpec(text);
    assert.ok(typeof problem === "string" && problem.includes(`"${text}"`), text);
  }
});
