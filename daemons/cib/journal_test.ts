import assert from "node:assert/strict";
import type { Effect } from "../runtime/machine.ts";
import { applyChanges, readCib } from "./change.ts";
import { digestOf } from "./digest.ts";
import {
  advanced,
  type Copy,
  documentKey,
  readJournal,
  saveDocument,
  saveEntry,
  slots,
} from "./journal.ts";
import type { Entry } from "./wire.ts";

const root = readCib(
  `<cib><configuration/><status><!-- a -- > b --></status></cib>`.replace(" -- > b", ""),
);
const first: Copy = { root, term: 1, index: 7, digest: digestOf(root), recent: [] };

/** The entry that adds a node state. */
function next(copy: Copy, id: string): Entry {
  const changes = [{ op: "create", path: "/cib/status", xml: `<node_state id="${id}"/>` }] as const;
  const applied = applyChanges(copy.root, changes);
  assert.ok(applied.ok);
  return {
    term: 1,
    index: copy.index + 1,
    base: copy.digest,
    after: digestOf(applied.root),
    writes: [{ id: `w--${id}-->`, changes }],
  };
}

const disk = (...effects: Effect[]): Map<string, Uint8Array> => {
  const saved = new Map<string, Uint8Array>();
  for (const effect of effects) {
    if (effect.type === "save" && effect.value) saved.set(effect.key, effect.value);
  }
  return saved;
};

const one = next(first, "n1");
const second = advanced(first, one)!;
const two = next(second, "n2");
const third = advanced(second, two)!;

Deno.test("a document and its entries are read back; in their order", () => {
  const found = readJournal(disk(saveDocument(first), saveEntry(one), saveEntry(two)));
  assert.ok(found.type === "copy");
  assert.equal(found.copy.digest, third.digest);
  assert.equal(found.copy.index, 9);
  assert.equal(found.documentIndex, 7);
});

Deno.test("entries that a later document has taken in count no more", () => {
  const found = readJournal(disk(saveDocument(third), saveEntry(one), saveEntry(two)));
  assert.ok(found.type === "copy");
  assert.equal(found.copy.digest, third.digest);
  assert.deepEqual(found.copy.recent, third.recent);
});

Deno.test("nothing saved is empty, not corrupt", () => {
  assert.equal(readJournal(new Map()).type, "empty");
});

Deno.test("an entry that is missing between others is found", () => {
  const found = readJournal(disk(saveDocument(first), saveEntry(two)));
  assert.ok(found.type === "corrupt");
  assert.deepEqual([...found.keys.keys()], [`cib.entry.${8 % slots}`]);
});

Deno.test("any flipped bit and any truncation of any file is found", () => {
  const saved = disk(saveDocument(second), saveEntry(two));
  const refused = (key: string, value: Uint8Array, what: string) => {
    const found = readJournal(new Map(saved).set(key, value));
    assert.equal(found.type, "corrupt", what);
  };
  for (const [key, value] of saved) {
    for (let at = 0; at < value.length; at++) {
      const flipped = value.slice();
      flipped[at]! ^= 1 << (at % 8);
      refused(key, flipped, `bit ${at % 8} of byte ${at} of ${key}`);
      refused(key, value.slice(0, at), `${key} cut after ${at} bytes`);
    }
  }
});

Deno.test("with a damaged document the index is still known, with a damaged last line it is not", () => {
  const damage = (at: number) => {
    const saved = disk(saveDocument(second));
    const value = saved.get(documentKey)!;
    value[at < 0 ? value.length + at : at]! ^= 1;
    const found = readJournal(saved);
    assert.ok(found.type === "corrupt");
    return found.index;
  };
  assert.equal(damage(3), second.index);
  assert.equal(damage(-10), undefined);
});
