import assert from "node:assert/strict";
import { logdFileIn } from "./source.ts";

const cases: readonly (readonly [text: string | undefined, file: string | undefined])[] = [
  [undefined, undefined],
  ["{", undefined],
  ["[]", undefined],
  ['{"log":{}}', undefined],
  ['{"log":{"outputs":[7,null,{"type":"syslog"}]}}', undefined],
  ['{"log":{"outputs":[{"type":"file","path":"ha.log"}]}}', undefined],
  ['{"log":{"outputs":[{"type":"jsonl","path":"/a"},{"type":"file","path":"/b"}]}}', "/b"],
  [
    '{"log":{"outputs":[{"type":"file","path":"/a","only":["crmd"]},{"type":"file","path":"/b"}]}}',
    "/b",
  ],
];
for (const [text, file] of cases) {
  Deno.test(`the file of logd in ${text} is ${file}`, { permissions: "none" }, () => {
    assert.equal(logdFileIn(text), file);
  });
}
