import assert from "node:assert/strict";
import { codeIn, isCode, isHidden, isOption, isUnread } from "./beside.ts";
import type { Locked } from "./lock.ts";
import {
  algorithm,
  type SignaturePolicy,
  signatureProblem,
  signatureText,
  statement,
} from "./signature.ts";
import { filePath } from "../../../pils/found.ts";

const scratch = filePath(new URL("../../../.test", import.meta.url)).replace(/\/$/, "");
const hash = (digit: string) => `sha256-${digit.repeat(64)}`;
const plain: Locked = {
  at: "./echo/mine/",
  shipped: false,
  manifest: {
    kind: "echo",
    name: "mine",
    version: "1.0.0",
    api: "echo/1",
    summary: { en: "x" },
    config: [],
    permissions: {},
    license: "MIT",
  },
  files: {
    "./echo/mine/mod.ts": hash("b"),
    "./shared/a.ts": hash("a"),
    "./echo/mine/.x.ts": hash("c"),
  },
  beside: {
    "./echo/mine/run.sh": hash("d"),
    "./echo/mine/mod_test.ts": "unread",
    "./echo/mine/deno.json": hash("e"),
    "./echo/mine/.git/hook.sh": hash("f"),
  },
  packages: [],
  granted: {},
  isolation: "process",
};

/** The same, signed by a new key. */
async function signed(change: Partial<Locked> = {}) {
  const made = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  assert.ok("publicKey" in made);
  const key = new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey)).toBase64();
  const bytes = await crypto.subtle.sign(algorithm, made.privateKey, statement(plain));
  const signature = { key, signature: new Uint8Array(bytes).toBase64() };
  return { key, locked: { ...plain, signature, ...change } };
}

Deno.test("what is signed is the plugin's own, wherever it lies, in one order", () => {
  const said = JSON.parse(new TextDecoder().decode(statement(plain)));
  assert.deepEqual(said.files, [[".x.ts", hash("c")], ["mod.ts", hash("b")], [
    "run.sh",
    hash("d"),
  ]]);
  assert.deepEqual(Object.keys(said), ["files", "manifest"]);
  assert.deepEqual(Object.keys(said.manifest), Object.keys(plain.manifest).sort());
  // Authors' signatures hold only as long as this text is the same.
  const text = new TextDecoder().decode(statement({ ...plain, files: {}, beside: {} }));
  assert.equal(
    text,
    '{"files":[],"manifest":{"api":"echo/1","config":[],"kind":"echo","license":"MIT",' +
      '"name":"mine","permissions":{},"summary":{"en":"x"},"version":"1.0.0"}}',
  );
  const { beside: _, ...bare } = plain;
  const moved = {
    ...bare,
    at: "/srv/mine/",
    files: { "/srv/mine/.x.ts": hash("c"), "/srv/mine/mod.ts": hash("b") },
    beside: { "/srv/mine/run.sh": hash("d") },
  };
  assert.deepEqual(statement(moved), statement(plain));
});

Deno.test("why a signature is not enough, and how it stands, by each policy", async () => {
  const { key, locked } = await signed();
  const other = (await signed()).key;
  const changed = { ...locked, files: { ...locked.files, "./echo/mine/mod.ts": hash("0") } };
  const policy = (required: boolean, keys = {}, revoked?: readonly string[]): SignaturePolicy => ({
    required,
    keys,
    ...(revoked === undefined ? {} : { revoked }),
  });
  const alice = { alice: key };
  const table:
    readonly (readonly [Locked, SignaturePolicy | undefined, RegExp | undefined, RegExp])[] = [
      [plain, undefined, undefined, /^not signed$/],
      [plain, policy(false), undefined, /^not signed$/],
      [plain, policy(true), /it is not signed, and the policy requires/, /^not signed$/],
      [{ ...plain, shipped: true }, policy(true), undefined, /^comes with the project$/],
      [locked, undefined, undefined, /not signed by anybody your policy names; its key is /],
      [locked, policy(false), undefined, /not signed by anybody your policy names/],
      [locked, policy(true), /is none that the policy knows/, /not signed by anybody/],
      [
        locked,
        policy(true, { bob: other }),
        /is none that the policy knows/,
        /not signed by anybody/,
      ],
      [locked, policy(true, alice), undefined, /^signed by "alice", verified$/],
      [locked, policy(false, alice), undefined, /^signed by "alice", verified$/],
      [locked, policy(true, { bob: other, ...alice }, [other]), undefined, /^signed by "alice"/],
      [
        locked,
        policy(true, alice, [key]),
        /its key .* is revoked/,
        /NOT SIGNED: its key is revoked/,
      ],
      [locked, policy(false, {}, [key]), /its key .* is revoked/, /NOT SIGNED: its key is revoked/],
      [
        changed,
        policy(true, alice),
        /the signature of alice does not fit it/,
        /NOT SIGNED: its sign/,
      ],
      [changed, policy(false), undefined, /NOT SIGNED: its signature.json does not fit/],
      [changed, undefined, undefined, /NOT SIGNED: its signature.json does not fit/],
    ];
  for (const [at, [one, given, problem, text]] of table.entries()) {
    const why = await signatureProblem(one, given);
    if (problem === undefined) assert.equal(why, undefined, String(at));
    else assert.match(why ?? "", problem, String(at));
    assert.match(await signatureText(one, given), text, String(at));
  }
  const broken = { ...locked, signature: { key: "?", signature: "?" } };
  assert.match(await signatureText(broken, policy(true, { a: "?" })), /does not fit/);
});

Deno.test("what lies beside a plugin is told by its name", () => {
  const those = (is: (name: string) => boolean, names: string) =>
    names.split(" ").filter(is).join(" ");
  const code =
    "a.ts a.mts a.cjs a.jsx a.json a.jsonc a.wasm a.so a.so.1 a.sh a.bash a.py a.php A.TS";
  assert.equal(those(isCode, `${code} a.md a.txt ts a.tsv a.so.x`), code);
  assert.equal(
    those(isUnread, "/a_test.ts a_test.js /conformance.ts x/signature.json signature.json a.ts"),
    "/a_test.ts a_test.js /conformance.ts x/signature.json",
  );
  assert.equal(
    those(isOption, "x/deno.json x/deno.jsonc x/package.json x/.npmrc x/.env deno.json x/a.json"),
    "x/deno.json x/deno.jsonc x/package.json x/.npmrc x/.env",
  );
  assert.equal(those(isHidden, ".a a/.b .c/d a a/b a.b"), ".a a/.b .c/d");
});

Deno.test(
  "the code of a folder is found by name, by mode and as links; of too much there is an end",
  {
    permissions: { read: [scratch], write: [scratch], run: ["/bin/sh"] },
  },
  async () => {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "beside_" });
    try {
      const script =
        `cd "$1"; mkdir sub .git .git/sub; touch mod.ts README.md sub/a.sh sub/run sub/data
chmod 755 sub/run; ln -s nowhere sub/link; ln -s nowhere .#mod.ts; ln -s mod.ts .#ok
touch .git/one .git/two .git/sub/three`;
      await new Deno.Command("/bin/sh", { args: ["-c", script, "sh", folder] }).output();
      const url = new URL(`file://${folder}/`);
      const found = async (files: number, history: number) =>
        (await codeIn(url, { files, history })).map((path) => path.slice(folder.length + 1));
      assert.deepEqual(await found(10, 4), [".#ok", "mod.ts", "sub/a.sh", "sub/link", "sub/run"]);
      await assert.rejects(
        found(9, 4),
        /there are more than 10 files in .*beside_\w+\. Fix|HA2007/,
      );
      await assert.rejects(found(10, 3), /more than 3 files in .* that version control keeps/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
