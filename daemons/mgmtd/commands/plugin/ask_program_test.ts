import assert from "node:assert/strict";
import { look } from "../../../../metadata/marked.ts";
import { askProgram } from "./ask_program.ts";

const permissions = { run: ["/bin/sh"] };
const sh = (script: string, withinMs?: number) => askProgram("/bin/sh", ["-c", script], withinMs);

/** No process carries the mark. */
async function gone(mark: string): Promise<void> {
  assert.match(mark, /^HA_ASKED=\d+-\d+$/);
  assert.deepEqual(await look(mark), []);
}

Deno.test("what a program prints, and how it ends, is kept", { permissions }, async () => {
  const { bytes, errors, code } = await sh("printf '\\344'; echo 'no such device' >&2; exit 5");
  assert.deepEqual([...bytes], [0xe4]);
  assert.deepEqual([errors, code], ["no such device", 5]);
});

Deno.test(
  "of a program that hangs nothing is left, its children in sessions of their own neither",
  {
    permissions,
  },
  async () => {
    const hanging = sh("setsid sleep 1001 & sleep 1002", 300);
    await assert.rejects(hanging, /did not say what it is within 300 ms/);
    // Marks are numbered: that of the call before is known by this one's.
    const { errors } = await sh("echo $HA_ASKED >&2");
    const mark = errors.replace(/\d+$/, (number) => String(Number(number) - 1));
    await gone(`HA_ASKED=${mark}`);
  },
);

Deno.test("a program that ends and leaves a child behind is cleared away too", {
  permissions,
}, async () => {
  const { errors } = await sh("setsid sleep 1003 >/dev/null 2>&1 & echo $HA_ASKED >&2");
  await gone(`HA_ASKED=${errors}`);
});

Deno.test("a program that prints without end is ended", { permissions }, async () => {
  await assert.rejects(sh("while :; do echo endless; done"), /says more than 1048576 bytes/);
});
