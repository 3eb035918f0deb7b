import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { inputBytesMax, readInput } from "./read_input.ts";

const project = filePath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const scratch = `${project}/.test`;

Deno.test("a CIB is read whole, and nothing that is larger than any CIB", {
  permissions: { read: [scratch], write: [scratch] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const file = `${scratch}/read_input_${Deno.pid}`;
  try {
    const text = `<cib name="${"é".repeat(100_000)}"/>`;
    await Deno.writeTextFile(file, text);
    assert.equal(await readInput(file), text);
    // Sparse: it takes no room.
    await Deno.truncate(file, inputBytesMax + 1);
    await assert.rejects(readInput(file), {
      message: `Cannot read the CIB "${file}": it has ${inputBytesMax + 1} bytes; ` +
        `at most ${inputBytesMax} are read [HA0008]. ` +
        "Fix: name a file that can be read",
    });
  } finally {
    await Deno.remove(file);
  }
  await assert.rejects(readInput(file), /there is no such file \[HA\d{4}\]\. Fix: /);
});
