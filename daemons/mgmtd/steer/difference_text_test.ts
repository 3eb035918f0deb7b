import assert from "node:assert/strict";
import type { CibChange } from "../../runtime/messages.ts";
import { differenceLines, withHidden } from "./difference_text.ts";

const pair = `<nvpair id="db-password" name="password" value="canary"/>`;
const changes: readonly CibChange[] = [
  {
    op: "create",
    path: "/cib/configuration/resources/primitive[@id='db']/instance_attributes",
    xml: pair,
  },
  {
    op: "replace",
    path: "/cib/configuration/resources/primitive[@id='db']",
    xml: `<primitive id="db"><instance_attributes id="p">${pair}</instance_attributes></primitive>`,
  },
  {
    op: "modify",
    path:
      "/cib/configuration/resources/primitive[@id='db']/instance_attributes/nvpair[@id='db-password']",
    set: { value: "canary" },
  },
  { op: "delete", path: "/cib/configuration/resources/primitive[@id='db']" },
];

Deno.test(
  "values of secrets are hidden in changes, as lines and as JSON",
  { permissions: "none" },
  () => {
    const lines = differenceLines(changes).join("\n");
    assert.doesNotMatch(lines, /canary/);
    assert.equal(lines.match(/\*{6}/g)?.length, 3, lines);
    assert.doesNotMatch(JSON.stringify(changes.map(withHidden)), /canary/);
  },
);
