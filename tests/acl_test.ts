/** What our rules show and allow, against what Pacemaker's do (`interop/acl_oracle.ts`). */

import assert from "node:assert/strict";
import { judge } from "../daemons/cib/doors/access.ts";
import { visibleTo } from "../daemons/cib/doors/access.ts";
import { applyChanges, readCib, textOf } from "../daemons/cib/doors/document.ts";
import { parse } from "../metadata/xml/mod.ts";
import { aclCases, aclDocument, aclWrites } from "./acl_cases.ts";
import recorded from "./testdata/acl.json" with { type: "json" };

type Recorded = Readonly<
  Record<
    string,
    {
      readonly sees: string;
      readonly writes: readonly string[];
      readonly undecided: readonly string[];
    }
  >
>;
const originals: Recorded = recorded;

/** Where we refuse what Pacemaker allows, and why. */
const stricter: ReadonlyMap<string, string> = new Map([
  [
    "passwords by a condition: delete web",
    "what is denied would go too, and the refusal of its own deletion would be idle",
  ],
]);
/** Whom Pacemaker does not count into a group: a user whose primary group it is. */
const otherwise: ReadonlySet<string> = new Set(["a group"]);

for (const one of aclCases) {
  Deno.test(`access: ${one.name}, as Pacemaker has it`, () => {
    const root = readCib(aclDocument(one));
    const user = { name: one.user, groups: one.groups };
    const original = originals[one.name];
    assert(original !== undefined, "not recorded: deno task interop acl --record");
    const visible = visibleTo(root, user);
    const seen = original.sees === ""
      ? ""
      : textOf(parse(original.sees, { ignoreWhitespace: true }).root);
    if (otherwise.has(one.name)) {
      assert(seen === "" && visible !== undefined, "they agree now: remove the exception");
      return;
    }
    assert.equal(visible === undefined ? "" : textOf(visible), seen);
    const decided = aclWrites.filter(({ name }) => !original.undecided.includes(name));
    const writes = decided.filter(({ change }) => {
      const applied = applyChanges(root, [change]);
      assert(applied.ok, applied.ok ? "" : applied.error);
      return judge(root, applied.root, user).length === 0;
    }).map(({ name }) => name);
    const expected = original.writes.filter((name) => !stricter.has(`${one.name}: ${name}`));
    assert.deepEqual(writes, expected);
  });
}
