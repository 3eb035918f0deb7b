import assert from "node:assert/strict";
import { type PipeFrame, threadPipe } from "./thread_frames.ts";

const ticks = async () => {
  for (let turn = 0; turn < 10; turn++) await undefined;
};

Deno.test("a pipe over frames gives bytes in order, and says when they are read", async () => {
  const posted: PipeFrame[] = [];
  const pipe = threadPipe((frame) => posted.push(frame));
  const reads: (Uint8Array | null)[] = [];
  const read = async () => {
    reads.push(await pipe.read());
  };
  const first = read();
  await ticks();
  assert.deepEqual([reads, posted], [[], []]);
  pipe.take({ type: "bytes", bytes: Uint8Array.of(1) });
  pipe.take({ type: "bytes", bytes: Uint8Array.of(2) });
  await first;
  assert.deepEqual([reads, posted], [[Uint8Array.of(1)], []], "it is not read to its end yet");
  await read();
  assert.deepEqual([reads[1], posted], [Uint8Array.of(2), [{ type: "taken" }]]);
  const last = read();
  await ticks();
  assert.equal(posted.length, 2);
  pipe.close();
  await last;
  assert.equal(reads[2], null);
  await read();
  assert.deepEqual([reads[3], posted.length], [null, 2], "each is said once");
});

Deno.test("a write waits until the other side has read it, or the pipe is closed", async () => {
  const posted: PipeFrame[] = [];
  const transfers: (readonly ArrayBuffer[])[] = [];
  const pipe = threadPipe((frame, transfer) => {
    posted.push(frame);
    transfers.push(transfer);
  });
  let done = 0;
  const bytes = Uint8Array.of(1, 2);
  const first = pipe.write(bytes).then(() => done++);
  await ticks();
  assert.deepEqual([posted, done], [[{ type: "bytes", bytes: Uint8Array.of(1, 2) }], 0]);
  assert.equal(transfers[0]?.length, 1);
  assert.notEqual(transfers[0]?.[0], bytes.buffer, "what was given stays with its owner");
  pipe.take({ type: "taken" });
  await first;
  assert.equal(done, 1);
  const second = pipe.write(bytes).then(() => done++);
  await ticks();
  pipe.close();
  await second;
  assert.equal(done, 2);
});
