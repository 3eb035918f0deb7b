import assert from "node:assert/strict";
import { ByteReader } from "./byte_reader.ts";

Deno.test("chunks of a child's output come in one buffer, whole and in order", {
  permissions: { run: ["/bin/sh"] },
}, async () => {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", "i=0; while [ $i -lt 300 ]; do echo line-$i; i=$((i + 1)); done"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = new ByteReader(child.stdout, 64);
  const decoder = new TextDecoder();
  let text = "";
  let kept: Uint8Array | undefined;
  for (let chunk; (chunk = await reader.read()) !== undefined;) {
    // The buffer of the chunk before was taken back: nothing new is made for each.
    assert.equal(kept?.length ?? 0, 0);
    assert.equal(chunk.buffer.byteLength, 64);
    text += decoder.decode(chunk);
    kept = chunk;
  }
  assert.equal(text, Array.from({ length: 300 }, (_, at) => `line-${at}\n`).join(""));
  assert.ok((await child.status).success);
});

Deno.test("a call that waits gives the end when the stream is cancelled", {
  permissions: { run: ["/bin/sh"] },
}, async () => {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", "read -r line"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = new ByteReader(child.stdout);
  const read = reader.read();
  await reader.cancel();
  assert.equal(await read, undefined);
  await child.stdin.close();
  await child.status;
});
