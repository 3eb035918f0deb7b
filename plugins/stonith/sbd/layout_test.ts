import assert from "node:assert/strict";
import { headerOf, messageIn, sectorOf, slotOf, slotsOf } from "./layout.ts";
import { emptyDisk } from "./testing_disks.ts";

Deno.test(
  "a damaged or foreign header is refused, with the reason",
  { permissions: "none" },
  () => {
    const changed = (at: number, ...bytes: number[]) => {
      const disk = emptyDisk(1, ["bob"]);
      disk.set(bytes, at);
      return disk;
    };
    for (
      const [disk, why] of [
        [new Uint8Array(4096), /not a disk of sbd \[HA\d{4}\]\. Fix: sbd -d DEVICE create/],
        [new Uint8Array(10), /not a disk of sbd/],
        [changed(8, 3), /version 3, expected 2/],
        [changed(9, 0), /damaged: 0 slots/],
        [changed(12, 0, 0, 0, 7), /sectors of 7 bytes/],
        [changed(28, 255), /msgwait 4278190083 s/],
        [changed(16, 0, 0, 0, 3), /msgwait is 3 s, which is not more than the watchdog's 3 s/],
        [changed(24, 0, 0, 0, 0), /msgwait/],
      ] as const
    ) assert.throws(() => headerOf(disk), why);
  },
);

Deno.test("slots are found by name in any letters; none and two are refused", {
  permissions: "none",
}, () => {
  const disk = emptyDisk(1, ["alice", "bob", "Alice"]);
  const header = headerOf(disk);
  assert.equal(header.uuid, "00000000-0000-4000-8000-000000000001");
  disk.set(sectorOf(header, "reset", "n".repeat(100)), 512 * 4);
  const slots = slotsOf(header, disk);
  assert.deepEqual(slotOf(slots, "BOB"), {
    number: 1,
    node: "bob",
    message: "reset",
    sender: "n".repeat(63),
  });
  assert.throws(() => slotOf(slots, "alice"), /2 slots are named alice/);
  assert.throws(() => slotOf(slots, "carol"), /carol has no slot.*Fix: start sbd on carol/);
  assert.equal(messageIn(new Uint8Array([99])).message, undefined);
});
