import assert from "node:assert/strict";
import { lockable, takeRealTime } from "./real_time.ts";

Deno.test("what belongs to files is locked, and what is V8's is not", () => {
  const maps = [
    "00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/deno",
    "00e03000-00e24000 rw-p 00000000 00:00 0 [heap]",
    "3d4000000000-3d5000000000 ---p 00000000 00:00 0",
    "7f1000000000-7f1000001000 rw-p 00000000 00:00 0",
    "7f2000000000-7f2000002000 r--p 00001000 08:02 99 /lib/x86_64-linux-gnu/libc.so.6",
    "7f2000002000-7f2000003000 ---p 00001000 08:02 99 /lib/x86_64-linux-gnu/libc.so.6",
    "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]",
    "7ffd00030000-7ffd00032000 r-xp 00000000 00:00 0 [vdso]",
    "rubbish",
    "",
  ].join("\n");
  assert.deepEqual(lockable(maps), [
    { start: 0x400000n, bytes: 0x52000n },
    { start: 0xe03000n, bytes: 0x21000n },
    { start: 0x7f2000000000n, bytes: 0x2000n },
    { start: 0x7ffd00000000n, bytes: 0x21000n },
  ]);
});

Deno.test("without the grant it says what to grant", { permissions: "none" }, () => {
  const { priority, memory } = takeRealTime();
  assert.match(String(priority), /--allow-ffi=/);
  assert.match(String(memory), /--allow-ffi=/);
});
