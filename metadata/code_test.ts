import assert from "node:assert/strict";
import { codeIn, withCode } from "./code.ts";
import { areas, codes, codesByArea, isCode } from "./codes/table.ts";
import { diagnosticText, problem } from "./diagnostic.ts";

Deno.test("a message gets its code once, before its fix", () => {
  for (
    const [message, expected] of [
      ["No", "No [HA9001]"],
      ["No.\n", "No. [HA9001]\n"],
      ["No. Fix: rm a", "No [HA9001]. Fix: rm a"],
      ["No.\nFix: rm a\n", "No [HA9001].\nFix: rm a\n"],
      ["No? Fix: rm a", "No? [HA9001] Fix: rm a"],
      ["Fix: rm a", "[HA9001] Fix: rm a"],
      ['There is no ". Fix: b". Fix: rm a', 'There is no ". Fix: b" [HA9001]. Fix: rm a'],
      ["No [HA9002]", "No [HA9002]"],
      ["No [HA9002]. Fix: rm a\n", "No [HA9002]. Fix: rm a\n"],
      ['There is no "[HA9002]"', 'There is no "[HA9002]" [HA9001]'],
      ["a: no [HA9002]. Fix: rm b. Fix: rm a", "a: no [HA9002]. Fix: rm b [HA9001]. Fix: rm a"],
    ] as const
  ) assert.equal(withCode("HA9001", message), expected);
});

Deno.test("the code of a message is the last one that it shows", () => {
  assert.equal(codeIn('"[HA1111]" is wrong. Fix: wait [HA9001]'), "HA9001");
  assert.equal(codeIn("HA9001 [HA90011] [ha9001] [XHA9001]"), undefined);
});

Deno.test("a diagnostic shows its code", () => {
  const one = problem(["a", 1], "it is 7", "expected 1 to 5", "write 5", "HA1001");
  assert.equal(diagnosticText(one), "a[1]: it is 7: expected 1 to 5 [HA1001]. Fix: write 5");
  assert.equal("code" in problem([], "a", "b", "c"), false);
});

Deno.test("every entry of the table is whole", () => {
  const titles = new Set<string>();
  for (const [code, { title, meaning, causes, fix, command }] of Object.entries(codes)) {
    assert.match(code, /^HA\d{4}$/);
    assert.ok(isCode(code));
    assert.match(title, /^[A-Za-z].*[^.]$/, `${code}: a title is no sentence`);
    assert.ok(!titles.has(title), `${code}: another code has this title`);
    titles.add(title);
    assert.match(meaning, /^[A-Za-z].*\.$/, `${code}: its meaning is a sentence`);
    assert.ok(meaning.split(/\. (?=[A-Z])/).length <= 3, `${code}: at most three sentences`);
    assert.ok(causes.length > 0 && causes.every((cause) => /[^.]$/.test(cause)), code);
    assert.match(fix, /^[A-Z].*\.$/, `${code}: its fix is a sentence`);
    assert.doesNotMatch(command ?? "", /[.\n]$/, code);
  }
  const listed = codesByArea().flatMap(({ codes }) => codes.map(({ code }) => code));
  assert.deepEqual(listed, Object.keys(codes).sort());
  assert.equal(codesByArea().length, areas.length);
  assert.ok(!isCode("constructor"));
});
