import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { readBounded, readText, textOf } from "./bounded_file.ts";

const project = filePath(new URL("../..", import.meta.url));
const scratch = `${project}/.test`;

Deno.test({
  name:
    "a file is read up to its bound; what is larger, or no file, is refused before it is opened",
  permissions: { read: [scratch], write: [scratch], run: ["/bin/sh"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "bounded_" });
    try {
      const shell = (script: string) =>
        new Deno.Command("/bin/sh", { args: ["-c", script, "sh"], cwd: folder }).output();
      await Deno.writeTextFile(`${folder}/full`, "x".repeat(1_000));
      assert.equal((await readBounded(`${folder}/full`, 1_000)).bytes.length, 1_000);
      await Deno.writeTextFile(`${folder}/empty`, "", { mode: 0o600 });
      const { bytes, mode } = await readBounded(`${folder}/empty`, 0);
      assert.deepEqual([bytes.length, mode & 0o777], [0, 0o600]);
      await Deno.truncate(`${folder}/full`, 100 * 2 ** 20); // sparse
      await shell("mkfifo pipe; mkdir folder; ln -s pipe link; ln -s /dev/zero zero");
      const table: readonly (readonly [string, RegExp])[] = [
        [`${folder}/full`, /it has 104857600 bytes; at most 1000 are read/],
        [`${folder}/pipe`, /it is a pipe, not a file/],
        [`${folder}/link`, /it is a pipe, not a file/],
        [`${folder}/folder`, /it is a folder, not a file/],
        [`${folder}/zero`, /it is a device, not a file|access/],
      ];
      for (const [path, why] of table) await assert.rejects(readBounded(path, 1_000), why, path);
      await assert.rejects(readText(`${folder}/absent`, 1), Deno.errors.NotFound);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a device is refused before it is opened",
  permissions: { read: [project], write: [scratch], run: [Deno.execPath()] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const program = await Deno.makeTempFile({ dir: scratch, suffix: ".ts" });
    try {
      await Deno.writeTextFile(
        program,
        `import { readText } from ${
          JSON.stringify(new URL("bounded_file.ts", import.meta.url).href)
        };
        console.log(await readText("/dev/zero", 10).catch(String));`,
      );
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--quiet",
          "--no-config",
          "--allow-read=/dev/zero",
          program,
        ],
        stdin: "null",
        stderr: "inherit",
      });
      const { stdout } = await child.output();
      assert.match(new TextDecoder().decode(stdout), /it is a device, not a file/);
    } finally {
      await Deno.remove(program);
    }
  },
});

Deno.test("UTF-16 and UTF-32 are named as what they are; UTF-8 is read with or without its mark", {
  permissions: "none",
}, () => {
  const of = (...bytes: number[]) => Uint8Array.from(bytes);
  const other: readonly (readonly [Uint8Array, RegExp])[] = [
    [of(0xff, 0xfe, 0x7b, 0), /it is UTF-16; save it as UTF-8/],
    [of(0xfe, 0xff, 0, 0x7b), /it is UTF-16; save it as UTF-8/],
    [of(0xff, 0xfe), /it is UTF-16/],
    [of(0x6e, 0, 0x6f, 0), /it is UTF-16/],
    [of(0, 0x6e, 0, 0x6f), /it is UTF-16/],
    [of(0xff, 0xfe, 0, 0), /it is UTF-32/],
    [of(0xff, 0xfe, 0, 0x61), /it is UTF-16/],
    [of(0xff, 0xfe, 0x61, 0), /it is UTF-16/],
    [of(0, 0, 0xfe, 0xff), /it is UTF-32/],
  ];
  for (const [bytes, why] of other) assert.throws(() => textOf(bytes), why, bytes.toHex());
  for (const bytes of [of(0xff, 0x61), of(0x61, 0xfe), of(0xfe, 0x61), of(0x61, 0xff), of(0xff)]) {
    assert.equal(textOf(bytes).length, bytes.length, "half a mark is none");
  }
  for (const bytes of [of(0, 0), of(0, 0, 0xfe), of(0, 0, 0, 0xff), of(0, 0, 0xfe, 0)]) {
    assert.equal(textOf(bytes).length, bytes.length);
  }
  const marked = of(0xef, 0xbb, 0xbf, 0x61);
  assert.deepEqual([textOf(marked), textOf(marked, "keep")], ["a", "\ufeffa"]);
  for (const text of ["", "a", "ab", "\u00e9", "\0\0\0\0", "a\0"]) {
    assert.equal(textOf(new TextEncoder().encode(text)), text);
  }
});
