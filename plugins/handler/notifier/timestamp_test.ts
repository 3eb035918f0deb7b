import assert from "node:assert/strict";
import { timestamp } from "./timestamp.ts";
import { isTrouble, line, sentence } from "./words.ts";
import { samples } from "./conformance.ts";

const at = new Date(2026, 2, 5, 14, 3, 9, 42).getTime();

Deno.test("times are written as date writes them, with fractions of Pacemaker's width", {
  permissions: "none",
}, () => {
  for (
    const [format, wanted] of [
      ["%H:%M:%S.%06N", "14:03:09.042000"],
      ["%Y-%m-%d %H:%M", "2026-03-05 14:03"],
      ["%F %T %3N", "2026-03-05 14:03:09 042"],
      ["%a %b %e %I%p %j %y%%", "Thu Mar  5 02PM 064 26%"],
      ["%s", String(Math.floor(at / 1_000))],
      ["%Q %", "%Q %"],
    ] as const
  ) assert.equal(timestamp(at, format), wanted);
  assert.equal(timestamp(at), "14:03:09.042000");
});

Deno.test("nothing ends a line", { permissions: "none" }, () => {
  assert.doesNotMatch(line("a\r\nb\u2028c\u0000"), /[\r\n\u2028\0]/);
  assert.equal(sentence({ what: "a", why: "" }), "a");
  assert.deepEqual(samples.map(isTrouble), [true, true, true, false]);
});
