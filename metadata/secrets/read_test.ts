import assert from "node:assert/strict";
import { markOf, md5Of, newKey } from "./digest.ts";
import { readSecrets } from "./read.ts";
import { markIn, notASecret, placeOf, secretBytesMax } from "./reference.ts";
import { distrust, exposed, type Standing } from "./standing.ts";

const scratch = decodeURIComponent(new URL("../../.test", import.meta.url).pathname);
const permissions = { read: [scratch], write: [scratch], run: ["/bin/sh"] };

/** A folder of secrets with one of them, as `ha resource secret set` writes it. */
async function store() {
  Deno.mkdirSync(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "secrets_" });
  const key = newKey();
  const write = (path: string, text: string, mode = 0o600) => {
    Deno.writeTextFileSync(`${folder}/${path}`, text);
    Deno.chmodSync(`${folder}/${path}`, mode);
  };
  Deno.mkdirSync(`${folder}/db`, { mode: 0o700 });
  write("db/password", "hunter22\n");
  write("db/password.sign", `${await md5Of("hunter22")}\n`);
  write(".digest-key", `${key}\n`);
  const mark = await markOf(key, ["db", "password", "hunter22"]);
  const read = async (reference: string, change: { folder?: string; resource?: string } = {}) => {
    const { values, problems } = await readSecrets({
      folder,
      resource: "db",
      references: { password: reference },
      ...change,
    });
    return problems.length === 0 ? values.password : problems.join("\n");
  };
  return {
    folder,
    key,
    mark,
    write,
    read,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

Deno.test("a secret is read by both references, and by those of an instance of a clone", {
  permissions,
}, async () => {
  using secrets = await store();
  assert.equal(await secrets.read("lrm://"), "hunter22");
  assert.equal(await secrets.read(`lrm://${secrets.mark}`), "hunter22");
  assert.equal(await secrets.read(`lrm://${secrets.mark}`, { resource: "db:3" }), "hunter22");
  assert.match(await secrets.read("lrm://other") ?? "", /is no reference to a secret.*Fix:/);
});

Deno.test("the value before is used by its own mark alone", { permissions }, async () => {
  using secrets = await store();
  const old = await markOf(secrets.key, ["db", "password", "old secret"]);
  assert.match(
    await secrets.read(`lrm://${old}`) ?? "",
    /is not the secret that the CIB names.*Fix/,
  );
  secrets.write("db/password.previous", "old secret");
  assert.equal(await secrets.read(`lrm://${old}`), "old secret");
  assert.equal(await secrets.read("lrm://"), "hunter22");
});

/** Deno's own call needs every right to files. */
const link = (target: string, path: string) =>
  void new Deno.Command("/bin/sh", { args: ["-c", 'ln -s "$1" "$2"', "sh", target, path] })
    .outputSync();

/** What somebody does to the files, and what is said of it. */
const faults: readonly (readonly [
  what: string,
  break_: (folder: string) => void,
  expected: RegExp,
])[] = [
  ["a missing file", (at) => Deno.removeSync(`${at}/db/password`), /password does not exist/],
  ["a missing digest", (at) => Deno.removeSync(`${at}/db/password.sign`), /sign does not exist/],
  [
    "another value",
    (at) => Deno.writeTextFileSync(`${at}/db/password`, "hunter23"),
    /does not match its digest|is not the secret that the CIB names/,
  ],
  ["a file that others read", (at) => Deno.chmodSync(`${at}/db/password`, 0o640), /mode 0640/],
  [
    "a digest that others read",
    (at) => Deno.chmodSync(`${at}/db/password.sign`, 0o604),
    /mode 0604/,
  ],
  ["a folder that others write", (at) => Deno.chmodSync(`${at}/db`, 0o777), /db can be written by/],
  ["a sticky folder", (at) => Deno.chmodSync(at, 0o1777), /secrets_\w+ can be written by/],
  [
    "a link",
    (at) => {
      Deno.renameSync(`${at}/db/password`, `${at}/elsewhere`);
      link(`${at}/elsewhere`, `${at}/db/password`);
    },
    /is no file/,
  ],
  [
    "a folder of a resource that is a link",
    (at) => {
      Deno.renameSync(`${at}/db`, `${at}/other`);
      link(`${at}/other`, `${at}/db`);
    },
    /db is no folder/,
  ],
  [
    "an endless file",
    (at) => Deno.writeTextFileSync(`${at}/db/password`, "x".repeat(secretBytesMax + 100)),
    /holds no usable text|is not the secret/,
  ],
];

Deno.test("what cannot be trusted is not used, and said with a fix", { permissions }, async () => {
  for (const [what, change, expected] of faults) {
    using secrets = await store();
    change(secrets.folder);
    for (const reference of ["lrm://", `lrm://${secrets.mark}`]) {
      const said = await secrets.read(reference);
      assert.match(said ?? "", expected, `${what} with ${reference}`);
      assert.match(said ?? "", /\[HA7009\]\. Fix: /, what);
      assert.doesNotMatch(said ?? "", /hunter2/, what);
    }
  }
});

Deno.test(
  "a folder behind a link, and one that is not there, are not used",
  { permissions },
  async () => {
    using secrets = await store();
    assert.match(
      await secrets.read("lrm://", { folder: `${secrets.folder}/none` }) ?? "",
      /cannot be entered/,
    );
    const folder = `${secrets.folder}-link`;
    link(secrets.folder, folder);
    try {
      assert.match(await secrets.read("lrm://", { folder }) ?? "", /a link on the way/);
    } finally {
      Deno.removeSync(folder);
    }
  },
);

Deno.test("a damaged key makes marks useless, and says so", { permissions }, async () => {
  using secrets = await store();
  secrets.write(".digest-key", "short");
  assert.match(await secrets.read(`lrm://${secrets.mark}`) ?? "", /digest-key.*missing or damaged/);
  assert.equal(await secrets.read("lrm://"), "hunter22");
});

Deno.test("owners: this user and root, and nobody else", () => {
  const file: Standing = { uid: 1000, mode: 0o600, is: "file" };
  assert.deepEqual(exposed("/f", file, 1000), []);
  assert.deepEqual(exposed("/f", { ...file, uid: 0, mode: 0o400 }, 1000), []);
  assert.match(
    exposed("/f", { ...file, uid: 7 }, 1000).join(),
    /belongs to user 7.*chown 1000 \/f/,
  );
  const folder: Standing = { uid: 7, mode: 0o755, is: "folder" };
  assert.match(distrust("/d", folder, 1000, true).join(), /belongs to user 7/);
  assert.deepEqual(distrust("/d", { ...folder, uid: 0, mode: 0o1777 }, 1000, true), []);
  assert.equal(distrust("/d", { ...folder, uid: 0, mode: 0o1777 }, 1000).length, 1);
});

Deno.test("names that are no files, and texts that are no secrets", () => {
  for (
    const [resource, name] of [["..", "a"], ["a/b", "a"], ["a", "b.sign"], ["a", "../b"], [
      ".a",
      "b",
    ]]
  ) {
    assert.equal(typeof placeOf("/s", resource ?? "", name ?? ""), "string", `${resource} ${name}`);
  }
  for (const text of ["", "a\0b", "a ", "a\n", "\ud800", "x".repeat(secretBytesMax + 1)]) {
    assert.match(notASecret(text) ?? "", /Fix: /, JSON.stringify(text.slice(0, 9)));
  }
  assert.equal(notASecret(" two words, and an ö"), undefined);
  assert.equal(markIn("lrm://" + "0".repeat(31)), undefined);
});

Deno.test("marks differ between resources, parameters, keys and values", async () => {
  const marks = await Promise.all(
    ([["a", "b", "c"], ["a", "bc", ""], ["b", "b", "c"], ["a", "b", "d"]] as const)
      .map((one) => markOf("0".repeat(64), one)),
  );
  marks.push(await markOf("1".repeat(64), ["a", "b", "c"]));
  assert.equal(new Set(marks).size, 5);
});
