import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { StateError } from "./state_error.ts";
import { openStore, valueBytesMax } from "./store.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/store`;
const permissions = { read: [folder, `${project}/.test`], write: [`${project}/.test`] };

async function inFolder(work: () => Promise<void>): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  try {
    await work();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test(
  "what was saved is there when the store is opened again",
  { permissions },
  () =>
    inFolder(async () => {
      const first = await openStore(`${folder}/cib`);
      assert.equal(first.saved.size, 0);
      await first.save("a", new Uint8Array([1, 2, 3]));
      await first.save("b", new Uint8Array());
      await first.save("a", new Uint8Array([4]));
      await first.save("gone", new Uint8Array([5]));
      await first.save("gone", undefined);
      await first.save("never", undefined);
      const second = await openStore(`${folder}/cib`);
      assert.deepEqual([...second.saved], [["a", new Uint8Array([4])], ["b", new Uint8Array()]]);
    }),
);

Deno.test(
  "what a crash left half written is forgotten",
  { permissions },
  () =>
    inFolder(async () => {
      const store = await openStore(`${folder}/cib`);
      await store.save("a", new Uint8Array([1]));
      await Deno.writeFile(`${folder}/cib/a.new`, new Uint8Array([9, 9]));
      const again = await openStore(`${folder}/cib`);
      assert.deepEqual([...again.saved], [["a", new Uint8Array([1])]]);
    }),
);

Deno.test(
  "a file that no machine can have saved is not read into memory",
  { permissions },
  () =>
    inFolder(async () => {
      const store = await openStore(`${folder}/cib`);
      await store.save("a", new Uint8Array([1]));
      // Without a block on the disk, as a repaired file system leaves it.
      await Deno.truncate(`${folder}/cib/a`, 2 ** 43);
      await assert.rejects(openStore(`${folder}/cib`), (error) => {
        assert.ok(error instanceof StateError);
        assert.match(
          error.message,
          /store\/cib\/a": 8796093022208 bytes;.*Fix: the file is damaged/,
        );
        return true;
      });
      await assert.rejects(store.save("b", new Uint8Array(valueBytesMax + 1)), RangeError);
    }),
);

Deno.test(
  "folders and files that no key names are passed over",
  { permissions },
  () =>
    inFolder(async () => {
      const store = await openStore(`${folder}/cib`);
      await store.save("a", new Uint8Array([1]));
      await Deno.mkdir(`${folder}/cib/lost+found`);
      await Deno.mkdir(`${folder}/cib/other`);
      await Deno.writeTextFile(`${folder}/cib/.hidden`, "");
      assert.deepEqual([...(await openStore(`${folder}/cib`)).saved.keys()], ["a"]);
    }),
);

Deno.test("a key cannot leave the folder", { permissions }, () =>
  inFolder(async () => {
    const store = await openStore(`${folder}/cib`);
    for (const key of ["../x", "a/b", "", ".hidden", "x\0"]) {
      await assert.rejects(store.save(key, new Uint8Array()), TypeError);
    }
  }));

Deno.test("files and folder are private", { permissions }, () =>
  inFolder(async () => {
    const store = await openStore(`${folder}/cib`);
    await store.save("a", new Uint8Array([1]));
    assert.equal((Deno.statSync(`${folder}/cib`).mode ?? 0) & 0o077, 0);
    assert.equal((Deno.statSync(`${folder}/cib/a`).mode ?? 0) & 0o077, 0);
  }));

Deno.test(
  "what cannot be saved is reported with location, cause and fix",
  { permissions },
  () =>
    inFolder(async () => {
      const store = await openStore(`${folder}/cib`);
      await Deno.mkdir(`${folder}/cib/generation.new`);
      await assert.rejects(store.save("generation", new Uint8Array([1])), (error: Error) => {
        assert.match(
          error.message,
          /^Cannot save "generation" in "[^"]*\/cib": .*directory.*Fix: make room there/,
        );
        return true;
      });
    }),
);

Deno.test(
  "a link or a pipe in the place of state is refused, whole, and nothing goes through it",
  { permissions: { ...permissions, run: ["/bin/sh"] } },
  () =>
    inFolder(async () => {
      const sh = async (script: string) => {
        const command = new Deno.Command("/bin/sh", { args: ["-ec", script], cwd: folder });
        assert.equal((await command.output()).code, 0, script);
      };
      await sh(`mkdir -p other p q r s/t; echo 1 >other/cib; ln -s ../other p/cib
        ln -s ../other/cib q/cib; mkfifo r/cib; ln -s other u; ln -s ../../other/cib s/t/cib.new`);
      for (const name of ["p/cib", "q", "r", "u", "u/x"]) {
        await assert.rejects(
          openStore(`${folder}/${name}`),
          /^DiagnosticError: Cannot use the state .*is no plain f.*\[HA1008\]\. Fix: /s,
          name,
        );
      }
      const store = await openStore(`${folder}/s/t`);
      await store.save("cib", new Uint8Array([4]));
      assert.equal(await Deno.readTextFile(`${folder}/other/cib`), "1\n");
    }),
);
