import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { DiagnosticError } from "../../../metadata/diagnostic.ts";
import { pack, unpack } from "./archive.ts";
import { entriesMax, packedBytesMax, unpackedBytesMax } from "./limits.ts";
import { readTar, writeTar } from "./tar.ts";
import { type Raw, raw } from "./testing/raw_archive.ts";

const none = { permissions: "none" } as const;
const bytes = (text: string) => new TextEncoder().encode(text);
const files = [
  { path: "bin/run", executable: true, bytes: bytes("#!/bin/sh\n") },
  { path: "empty", executable: false, bytes: new Uint8Array(0) },
  { path: "mod.ts", executable: false, bytes: bytes("export default 1;\n") },
];

const packed = (entries: readonly Raw[], end?: Uint8Array<ArrayBuffer>) =>
  gzipSync(raw(entries, end));

Deno.test("what is packed is unpacked, and the same files give the same bytes", none, () => {
  const once = pack(files);
  assert.deepEqual(pack(files.toReversed()), once);
  const read = unpack(once, "x.tgz");
  assert.deepEqual(read.toSorted((a, b) => a.path > b.path ? 1 : -1), files);
});

Deno.test("a hostile package is refused with what is wrong with it", none, () => {
  const one = (odd: Raw) => packed([{ path: "package/package.json", content: "{}" }, odd]);
  const table: readonly (readonly [Uint8Array, RegExp])[] = [
    [one({ path: "package/../../etc/passwd" }), /"\.\." is no plain name/],
    [one({ path: "../package/x" }), /"\.\." is no plain name/],
    [one({ path: "/etc/passwd" }), /"" is no plain name/],
    [one({ path: "package//x" }), /"" is no plain name/],
    [one({ path: "package/./x" }), /"\." is no plain name/],
    [one({ path: "package/a\\..\\b" }), /is no plain name/],
    [one({ path: "package/.npmrc" }), /"\.npmrc" is no plain name/],
    [one({ path: "package/a\u001b[2Kb" }), /u001b\[2Kb" is no plain name/],
    [one({ path: "package/a\u202eb" }), /"a\?b" is no plain name/],
    [one({ path: "package/a\nb" }), /a\\nb" is no plain name/],
    [one({ path: "package/-rf" }), /"-rf" is no plain name/],
    [one({ path: "package/deno.json" }), /would change how the code beside it runs/],
    [one({ path: "package/sub/package.json" }), /would change how the code beside it runs/],
    [one({ path: "package/sub/DENO.JSONC" }), /would change how/],
    [one({ path: "package/node_modules/x/mod.ts" }), /would change how/],
    [one({ path: "package/a", type: "2", link: "/etc" }), /is a symbolic link/],
    [one({ path: "package/a\u001b[2J\n", type: "2", link: "/etc" }), /is a symbolic link/],
    [one({ path: "package/a", type: "1", link: "package/b" }), /is a hard link/],
    [one({ path: "package/a", type: "3" }), /is a character device/],
    [one({ path: "package/a", type: "6" }), /is a pipe/],
    [one({ path: "package/a", type: "x", content: "20 path=/etc/passwd\n" }), /extended header/],
    [one({ path: "package/a", type: "L", content: "/etc/passwd" }), /long path of GNU/],
    [one({ path: "package/a", type: "Z" }), /unknown type "Z"/],
    [one({ path: "package/a", mode: 0o4755 }), /its mode 4755 gives rights/],
    [one({ path: "package/a", mode: 0o1777 }), /its mode 1777/],
    [one({ path: "other/a" }), /a package has one folder/],
    [one({ path: "a" }), /not in the folder of the package/],
    [one({ path: "package/PACKAGE.json" }), /"package\/package\.json" is there too/],
    [one({ path: "package/package.json/x" }), /a file and a folder/],
    [one({ path: "package/a/b/c/d/e/f/g/h/i" }), /more than 8 folders deep/],
    [one({ path: "package/" + `${"a".repeat(70)}/`.repeat(2) + "b".repeat(90) }), /200 bytes/],
    [one({ path: "package/a", size: "77777777777" }), /ends within "package\/a"/],
    [one({ path: "package/a", size: "\xff".repeat(11) }), /is not an octal number/],
    [one({ path: "package/a", size: "-0000000001" }), /is not an octal number/],
    [one({ path: "package/a", magic: "tsrau" }), /not of format ustar/],
    [one({ path: "package/d", type: "5", content: "x" }), /the folder "package\/d" has 1 bytes/],
    [packed([{ path: "package/a" }], new Uint8Array(0)), /ends early/],
    [packed([{ path: "package/a" }], new Uint8Array(2_048).fill(65, 1_024)), /after its end/],
    [
      packed(Array.from({ length: entriesMax + 1 }, (_, at) => ({ path: `package/f${at}` }))),
      /more than 500 entries/,
    ],
    [gzipSync(new Uint8Array(unpackedBytesMax + 1)), /unpacks to more than \d+ bytes/],
    [new Uint8Array(packedBytesMax + 1), /the limit is/],
    [new Uint8Array(0), /not a readable package/],
    [bytes("not a package"), /not a readable package/],
    [gzipSync(bytes("not an archive")), /ends early/],
  ];
  for (const [input, text] of table) {
    assert.throws(() => unpack(input, "x.tgz"), (error) => {
      assert(error instanceof DiagnosticError, String(error));
      assert.match(error.message, text);
      // Whatever the names were, the message can be shown.
      assert(/^[\x20-\x7e\n]*$/.test(error.message));
      return true;
    });
  }
});

Deno.test("all problems of a package are reported at once, and no more than twenty", none, () => {
  const entries = Array.from({ length: 30 }, (_, at) => ({ path: `package/.hidden${at}` }));
  assert.throws(() => unpack(packed(entries), "x.tgz"), (error) => {
    assert(error instanceof DiagnosticError);
    assert.equal(error.diagnostics.length, 21);
    assert.match(error.message, /10 more problems/);
    return true;
  });
});

Deno.test("a changed bit of an archive is refused, or changes what is read", none, () => {
  const whole = writeTar([{ path: "package/a", mode: 0o644, bytes: bytes("content") }]);
  const seen = JSON.stringify(readTar(whole));
  for (let at = 0; at < 600; at++) {
    const changed = whole.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    let now = "";
    try {
      now = JSON.stringify(readTar(changed));
    } catch (error) {
      assert(error instanceof Error);
    }
    if (at < 519) assert.notEqual(now, seen, `byte ${at}`);
  }
});

Deno.test({
  name: "tar of the system reads what is written, and is read",
  permissions: {
    read: [new URL("../../../.test", import.meta.url).pathname],
    write: [new URL("../../../.test", import.meta.url).pathname],
    run: ["/bin/sh"],
  },
  async fn() {
    const scratch = new URL("../../../.test/", import.meta.url).pathname;
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "tar_" });
    try {
      await Deno.writeFile(`${folder}/ours.tgz`, pack(files));
      const script = `cd "$1" && command -v tar >/dev/null || exit 42
        tar xzf ours.tgz && test -x package/bin/run && test ! -x package/mod.ts &&
        tar --format=ustar -czf theirs.tgz package && cat package/mod.ts`;
      const { code, stdout } = await new Deno.Command("/bin/sh", {
        args: ["-c", script, "sh", folder],
        clearEnv: true,
        env: { PATH: "/usr/bin:/bin" },
        stdin: "null",
        stdout: "piped",
        stderr: "inherit",
      }).output();
      if (code === 42) return console.log("Skipped: there is no tar");
      assert.equal(code, 0);
      assert.equal(new TextDecoder().decode(stdout), "export default 1;\n");
      const theirs = unpack(await Deno.readFile(`${folder}/theirs.tgz`), "theirs.tgz");
      assert.deepEqual(
        theirs.map(({ path, executable }) => [path, executable]).sort(),
        [["bin/run", true], ["empty", false], ["mod.ts", false]],
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
