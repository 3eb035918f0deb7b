import assert from "node:assert/strict";
import { readCib } from "./change.ts";
import { cib } from "./core.ts";
import { digestOf } from "./digest.ts";
import { documentKey, readDocument } from "./journal.ts";
import type { Effect } from "../runtime/machine.ts";
import { tidy } from "./member.ts";
import { entriesMax } from "./state.ts";

const root = readCib("<cib><configuration/><status/></cib>");

/** What a copy saves so many entries after its last document. */
function tidied(entries: number): readonly Effect[] {
  const { state } = cib();
  state.copy = { root, term: 1, index: 7 + entries, digest: digestOf(root), recent: [] };
  state.documentIndex = 7;
  const out: Effect[] = [];
  tidy(state, out);
  if (out.length > 0) assert.equal(state.documentIndex, 7 + entries, "it counts from there");
  tidy(state, out);
  return out;
}

Deno.test("the whole document is saved once as many entries were as the disk has places for", () => {
  assert.deepEqual(tidied(0), []);
  assert.deepEqual(tidied(entriesMax - 1), []);
  const [saved, ...more] = tidied(entriesMax);
  assert(saved?.type === "save" && saved.key === documentKey && saved.value !== undefined);
  assert.deepEqual(more, [], "and not again");
  const read = readDocument(new TextDecoder().decode(saved.value));
  assert.equal(read.index, 7 + entriesMax);
});

Deno.test("a node without a copy has nothing to save", () => {
  const out: Effect[] = [];
  tidy(cib().state, out);
  assert.deepEqual(out, []);
});
