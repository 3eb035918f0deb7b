import assert from "node:assert/strict";
import { deviceOf } from "./device.ts";

Deno.test("a device is read as it was written, its quotes too", { permissions: "none" }, () => {
  const parameters = (text: string) => deviceOf(`plug ${text}`)?.parameters;
  for (
    const [text, value] of [
      ["map=plain", "plain"],
      ["map=", ""],
      ['map="alice bob"', "alice bob"],
      ['"map=alice bob"', "alice bob"],
      ["map='alice bob'", "alice bob"],
      ['map={"alice":1}', '{"alice":1}'],
      [`map='{"alice": "one"}'`, '{"alice": "one"}'],
      ['map="say \\"yes\\""', 'say "yes"'],
      ["map=it's", "it's"],
      ["map=a=b", "a=b"],
    ] as const
  ) assert.deepEqual(parameters(text), { map: value }, text);
  assert.deepEqual(deviceOf(" plug  a=1   b=2 "), { type: "plug", parameters: { a: "1", b: "2" } });
  for (const text of ["", "Plug", "plug a", 'plug a="b', "plug =1", 'plug a="b"c']) {
    assert.equal(deviceOf(text), undefined, text);
  }
});
