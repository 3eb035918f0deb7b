/**
 * The table of daily tasks in the README of mgmtd: every command of its last column exists with these
 * options, and `deno task interop steer` plays it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { commandsFor } from "../daemons/mgmtd/commands/mod.ts";
import { parseCall } from "../daemons/mgmtd/parse_call.ts";
import { plays } from "./interop/steer/plays.ts";
import { tasksIn } from "./interop/steer/table.ts";

Deno.test("each of at least 60 daily tasks names commands that exist, and is played", async () => {
  const tasks = tasksIn(
    await Deno.readTextFile(new URL("../daemons/mgmtd/README.md", import.meta.url)),
  );
  assert.ok(tasks.length >= 60, `${tasks.length} tasks`);
  assert.deepEqual(tasks.map(({ name }) => name), Object.keys(plays));
  for (const words of tasks.flatMap(({ commands }) => commands)) {
    const parsed = parseCall(await commandsFor(words), words);
    assert.equal(parsed.type, "call", `ha ${words.join(" ")}`);
  }
});

Deno.test("a row without a command of ours is refused", () => {
  const table = "| task | pcs | crmsh | ha |\n| - | - | - | - |\n| move | `pcs` | `crm` | |\n";
  assert.throws(() => tasksIn(table), /how to do "move"/);
});
