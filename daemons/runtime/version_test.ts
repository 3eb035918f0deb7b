import assert from "node:assert/strict";
import { agreedVersion, ownVersions, readVersions, versionsText } from "./version.ts";

Deno.test("a range is read back as it was announced; what is none is refused", () => {
  assert.deepEqual(readVersions(versionsText({ oldest: 2, newest: 5 })), { oldest: 2, newest: 5 });
  for (const text of ["", "1", "0-1", "3-2", "1-10000", "1-2 ", "a-b", "-1-2"]) {
    assert.equal(readVersions(text), undefined, text);
  }
});

Deno.test("two nodes speak the newest version that both know, or none", () => {
  const agreed = (...numbers: [number, number, number, number]) =>
    agreedVersion(
      { oldest: numbers[0], newest: numbers[1] },
      { oldest: numbers[2], newest: numbers[3] },
    );
  assert.equal(agreed(1, 1, 1, 2), 1);
  assert.equal(agreed(1, 3, 2, 4), 3);
  assert.equal(agreed(2, 2, 2, 2), 2);
  assert.equal(agreed(1, 1, 2, 3), undefined);
  assert.equal(agreed(2, 3, 1, 1), undefined);
});

Deno.test("this node speaks version 1, the first that nodes announce", () => {
  assert.equal(versionsText(ownVersions), "1-1");
});
