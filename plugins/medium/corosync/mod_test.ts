import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/medium/conformance.ts";
import {
  joinRequest,
  localNodeRequest,
  multicastRequest,
  readEvent,
  readResponse,
} from "./cpg_message.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

/** Whether a Corosync listens here: its socket has no place in the file system, but in this list. */
async function runs(): Promise<boolean> {
  const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
  if (state !== "granted" || Deno.build.os !== "linux") return false;
  const { success } = await new Deno.Command("/bin/sh", {
    args: ["-c", "grep -q '@cpg@' /proc/net/unix"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

conform(clauses, {
  manifest,
  plugin,
  config: { name: `test${Deno.pid}` },
  // Two programs on one node are two members.
  given: { other: {} },
  levels: ["process"],
  skip: await runs() ? {} : Object.fromEntries(
    clauses.map(({ id }) => [id, "no Corosync runs here: task interop media_corosync"]),
  ),
});

const none = { permissions: "none" } as const;

/** Bytes from hex, with `*N` for N bytes of zero. */
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(
    text.trim().split(/\s+/).flatMap((word) =>
      word.startsWith("*") ? Array<number>(Number(word.slice(1))).fill(0) : [parseInt(word, 16)]
    ),
  );

// What libcpg 3.1.7 and Corosync 3.1.7 said to each other, without what stood by chance in the gaps.
const trial = "05 *7 74 72 69 61 6c *123";
const captured = {
  join: bytesOf(`00 *7 a8 *7 ${trial} 36 49 *14`),
  local: bytesOf("04 *7 10 *7"),
  localAnswer: bytesOf("07 *7 20 *7 01 *7 01 *7"),
  multicast: bytesOf("02 *7 2d *7 *8 02 *7 05 *7 68 65 6c 6c 6f"),
  changed: bytesOf(
    `04 *7 e8 *7 01 *7 ${trial} 01 *7 01 *7 *8 01 *7 36 49 *22 01 *7 36 49 *6 01 *7`,
  ),
  delivered: bytesOf(`05 *7 bd *7 *8 ${trial} 05 *7 01 *7 36 49 *6 68 65 6c 6c 6f`),
};

Deno.test("medium/corosync says what libcpg says", none, () => {
  assert.deepEqual(joinRequest("trial", 0x4936), captured.join);
  assert.deepEqual(localNodeRequest(), captured.local);
  assert.deepEqual(multicastRequest(new TextEncoder().encode("hello")), captured.multicast);
});

Deno.test("medium/corosync reads what Corosync says", none, () => {
  assert.deepEqual(readResponse(captured.localAnswer), { error: 1, node: 1 });
  assert.deepEqual(readEvent(captured.changed), { type: "changed", members: 1 });
  assert.deepEqual(readEvent(captured.delivered), {
    type: "delivered",
    node: 1,
    pid: 0x4936,
    message: new TextEncoder().encode("hello"),
  });
});

Deno.test("medium/corosync believes no length beyond what there is", none, () => {
  for (let length = 0; length < captured.delivered.length; length++) {
    const event = readEvent(captured.delivered.subarray(0, length));
    assert.equal(event, undefined, `${length} bytes`);
  }
  assert.equal(readResponse(captured.localAnswer.subarray(0, 23)), undefined);
  const other = captured.delivered.slice();
  other[0] = 99;
  assert.equal(readEvent(other), undefined);
});
