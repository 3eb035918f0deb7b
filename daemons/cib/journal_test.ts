import assert from "node:assert/strict";
import type { Effect } from "../runtime/machine.ts";
import { applyChanges, readCib } from "./change.ts";
import { sha256 } from "../runtime/sha256.ts";
import { digestOf } from "./digest.ts";
import {
  advanced,
  type Copy,
  documentKey,
  readDocument,
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

Deno.test("what an earlier version wrote is read", () => {
  const document = `<cib admin_epoch="0" epoch="3" num_updates="1">
  <configuration/>
  <status/>
</cib>
<!-- {"term":2,"index":7,"sha256":"449bb159550aa1840da5354c3661bbecca64ee0f98f0a9528819db7169e84f39","recent":[{"id":"bob x.1","version":{"adminEpoch":0,"epoch":3,"numUpdates":1}}]} 389274e5c9b10100ceb68b1e70b618c4ce9a0b9a660536b29c181866941dc584 -->
`;
  const next = String
    .raw`{"term":2,"index":8,"base":"336cdb046d21fd38a67e39f9daa1635cb0613f04a2547aab3c704fba9367ba1e","after":"8b32937b9bdeaba66649e2decbe788ffd7e0148ff60520796fe6953c74abd8dc","writes":[{"id":"bob x.2","changes":[{"op":"create","path":"/cib/status","xml":"<node_state id=\"bob\"/>"}]}]}
f4f38aa12ae67365d80e36aab02747a419c5f1c1ccd24ee0db1d703c50e61982
`;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const found = readJournal(
    new Map([[documentKey, bytes(document)], ["cib.entry.8", bytes(next)]]),
  );
  assert.ok(found.type === "copy");
  assert.equal(found.copy.index, 8);
  assert.deepEqual(found.copy.recent.map(({ id }) => id), ["bob x.1", "bob x.2"]);
});

Deno.test("a document whose digests are right but that is none is refused, not thrown", () => {
  const sealed = (xml: string, stamp: (sha256: string) => string) => {
    const last = stamp(sha256(xml));
    return `${xml}<!-- ${last} ${sha256(last)} -->\n`;
  };
  const good = (digest: string) => `{"term":1,"index":1,"sha256":"${digest}","recent":[]}`;
  assert.ok(!("error" in readDocument(sealed("<cib/>\n", good))));
  for (
    const text of [
      sealed("<cib>\n", good),
      sealed("no XML\n", good),
      sealed("<cib/>\n", (digest) => `{"term":1,"index":1,"sha256":"${digest}"}`),
      sealed("<cib/>\n", (digest) => `{"term":1,"index":1,"sha256":"${digest}","recent":[null]}`),
      sealed("<cib/>\n", (digest) => `{"term":-1,"index":1.5,"sha256":"${digest}","recent":[]}`),
      sealed("<cib/>\n", () => "{nope}"),
    ]
  ) assert.ok("error" in readDocument(text), text);
});

Deno.test("how far a damaged copy was is known only if its document says so, and nothing else is damaged", () => {
  const damaged = (...keys: readonly string[]) => {
    const saved = disk(saveDocument(first), saveEntry(one), saveEntry(two));
    for (const key of keys) {
      const text = new TextDecoder().decode(saved.get(key));
      saved.set(key, new TextEncoder().encode(text.replace("status", "statvs")));
    }
    const found = readJournal(saved);
    assert.ok(found.type === "corrupt");
    return found;
  };
  const entryKey = [...disk(saveEntry(one)).keys()][0]!;
  assert.equal(damaged(documentKey).index, 9, "the document damaged, its entries sound");
  assert.equal(damaged(entryKey).index, undefined);
  assert.equal(damaged(documentKey, entryKey).index, undefined);
  const without = disk(saveEntry(one));
  const found = readJournal(without);
  assert.ok(found.type === "corrupt");
  assert.deepEqual([[...found.keys.keys()], found.index], [[documentKey], undefined]);
  assert.deepEqual(readJournal(new Map()), { type: "empty" });
});

Deno.test("a gap between entries is damage, as far as the last of them", () => {
  const found = readJournal(disk(saveDocument(first), saveEntry(two)));
  assert.ok(found.type === "corrupt");
  assert.equal(found.index, 9);
});

Deno.test("a mark at the beginning of a file that nobody wrote is damage", () => {
  const saved = disk(saveDocument(first));
  const bytes = saved.get(documentKey)!;
  saved.set(documentKey, new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]));
  assert.equal(readJournal(saved).type, "corrupt");
});

Deno.test("an entry that another version has accepted is no damage, though it costs more", () => {
  const tags = Array.from({ length: 4_000 }, (_, at) => `<tag id="t${at}"/>`).join("");
  const root = readCib(
    `<cib epoch="1"><configuration><tags>${tags}</tags></configuration><status/></cib>`,
  );
  const changes = Array.from({ length: 4_000 }, (_, at) => ({
    op: "delete" as const,
    path: `/cib/configuration/tags/tag[@id='t${at}']`,
  }));
  const rest = readCib(
    `<cib epoch="2" num_updates="0" admin_epoch="0"><configuration><tags/>` +
      `</configuration><status/></cib>`,
  );
  const copy = { root, term: 1, index: 1, digest: digestOf(root), recent: [] };
  const writes = [{ id: "a 1", changes }];
  const entry = { term: 1, index: 2, base: copy.digest, after: digestOf(rest), writes };
  assert.ok(!applyChanges(root, changes).ok, "a new one is refused");
  assert.equal(advanced(copy, entry)?.index, 2);
});
