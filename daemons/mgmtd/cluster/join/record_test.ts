import assert from "node:assert/strict";
import { project } from "../../commands/testing/site.ts";
import { openGate } from "./gate.ts";
import { OwnRecord, readRecord, recordFile, recordOf } from "./record.ts";

const permissions = { read: [project], write: [`${project}/.test`] };

/** A run folder, and the records of two tokens one after the other. */
async function two() {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const run = await Deno.makeTempDir({ dir: `${project}/.test`, prefix: "record_" });
  const open = (id: string) => {
    const gate = openGate(10_000);
    const place = { id, address: "127.0.0.1", port: 694 };
    return { gate, record: new OwnRecord(run, () => recordOf(gate, place, 0)) };
  };
  return {
    run,
    first: open("first"),
    second: open("second"),
    [Symbol.asyncDispose]: () => Deno.remove(run, { recursive: true }),
  };
}

Deno.test("what happens at once is written one after the other", { permissions }, async () => {
  await using it = await two();
  const { gate, record } = it.first;
  await record.begin();
  gate.usedBy = "bob";
  assert.deepEqual(await Promise.all([record.keep(), record.keep(), record.keep()]), [
    true,
    true,
    true,
  ]);
  assert.equal((await readRecord(it.run))?.usedBy, "bob");
});

Deno.test("the record of the next token, and one that was removed, are let be", {
  permissions,
}, async () => {
  await using it = await two();
  await it.first.record.begin();
  await it.second.record.begin();
  it.first.gate.usedBy = "bob";
  assert.equal(await it.first.record.keep(), false);
  assert.equal((await readRecord(it.run))?.id, "second");
  await Deno.remove(recordFile(it.run));
  assert.equal(await it.second.record.keep(), false);
  assert.equal(await readRecord(it.run), undefined);
});
