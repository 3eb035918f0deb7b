import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { HeldElsewhere, hold, writeNew, writeWhole } from "./whole_file.ts";

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const scratch = `${project}/.test`;
const permissions = { read: [project], write: [scratch], run: ["/bin/sh", Deno.execPath()] };

async function folder() {
  await Deno.mkdir(scratch, { recursive: true });
  const path = await Deno.makeTempDir({ dir: scratch, prefix: "whole_" });
  const sh = async (script: string) => {
    const command = new Deno.Command("/bin/sh", { args: ["-c", script], cwd: path });
    assert.equal((await command.output()).code, 0, script);
  };
  return { path, sh, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const namesIn = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).sort();

Deno.test("a file is written whole, keeps its mode, and leaves nothing beside it", {
  permissions,
}, async () => {
  await using it = await folder();
  const file = `${it.path}/f`;
  await writeWhole(file, "one");
  assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o644);
  await Deno.chmod(file, 0o600);
  await Deno.writeTextFile(`${file}.new`, "left by a run that was killed, and longer");
  await writeWhole(file, "two");
  assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
  assert.equal(await Deno.readTextFile(file), "two");
  assert.deepEqual(namesIn(it.path), ["f"]);
});

Deno.test("nothing is written through a link, nor in the place of what is no file", {
  permissions,
}, async () => {
  await using it = await folder();
  await it.sh("echo precious >precious; ln -s precious l; ln -s gone d; mkdir dir; mkfifo p");
  for (const name of ["l", "d", "dir", "p", "none/f"]) {
    await assert.rejects(
      writeWhole(`${it.path}/${name}`, "x"),
      /^DiagnosticError: Cannot write .*unchanged: .*\[HA0013\]\. Fix: /s,
    );
  }
  for (const name of ["f", "g"]) {
    await it.sh(`ln -s ${name === "f" ? "precious" : "gone"} ${name}.new`);
    await writeWhole(`${it.path}/${name}`, "x");
  }
  writeNew(`${it.path}/l`, "x");
  assert.equal(await Deno.readTextFile(`${it.path}/precious`), "precious\n");
  assert.deepEqual(namesIn(it.path), ["d", "dir", "f", "g", "l", "p", "precious"]);
});

Deno.test("one holds a file at a time; the next waits, and gives up in time", {
  permissions,
}, async () => {
  await using it = await folder();
  const file = `${it.path}/count`;
  await Deno.writeTextFile(file, "0");
  await Promise.all(Array.from({ length: 8 }, async () => {
    await using held = await hold(file);
    const count = Number(await Deno.readTextFile(file));
    await held.write(String(count + 1));
  }));
  assert.equal(await Deno.readTextFile(file), "8");
  const held = await hold(file);
  await assert.rejects(hold(file, 0o644, 100), (error) => {
    assert.ok(error instanceof HeldElsewhere);
    assert.match(error.message, /another command holds it.*\[HA2018\]\. Fix: /);
    return true;
  });
  await held[Symbol.asyncDispose]();
  await writeWhole(file, "9");
  assert.deepEqual(namesIn(it.path), ["count"]);
});

Deno.test("a lock ends with the process that has it", { permissions }, async () => {
  await using it = await folder();
  const file = `${it.path}/f`;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--no-config", "--quiet", `--allow-read=${it.path}`],
      `--allow-write=${it.path}`,
      `data:text/javascript,${
        encodeURIComponent(
          `const file = Deno.openSync(${
            JSON.stringify(`${file}.new`)
          }, { write: true, create: true });
           await file.lock(true); console.log("held"); setInterval(() => {}, 1000);`,
        )
      }`,
    ],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await assert.rejects(hold(file, 0o644, 0), HeldElsewhere);
  const waiting = writeWhole(file, "mine");
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  await waiting;
  assert.equal(await Deno.readTextFile(file), "mine");
});

Deno.test("what another has put beside a file, or in its place, does not get the text", {
  permissions,
}, async () => {
  await using it = await folder();
  const file = `${it.path}/f`;
  // As another user might: a file that this one may write, and that the other one reads on.
  await it.sh("echo bait >f.new; chmod 666 f.new; ln f.new bait");
  await writeWhole(file, "secret", 0o600);
  assert.equal(await Deno.readTextFile(`${it.path}/bait`), "bait\n");
  const [own, theirs] = await Promise.all([Deno.stat(file), Deno.stat(`${it.path}/bait`)]);
  assert.notEqual(own.ino, theirs.ino);
  assert.equal((own.mode ?? 0) & 0o777, 0o600);
  assert.deepEqual(namesIn(it.path), ["bait", "f"]);
});

Deno.test("the mode is right whatever the umask", { permissions }, async () => {
  await using it = await folder();
  for (const [umask, mode] of [["077", 0o644], ["000", 0o644], ["000", 0o600]] as const) {
    const path = `${it.path}/f${umask}${mode}`;
    const script = `import { writeWhole } from ${
      JSON.stringify(new URL("./whole_file.ts", import.meta.url).href)
    }; await writeWhole(${JSON.stringify(path)}, "x", ${mode});`;
    await it.sh(
      `umask ${umask}; exec ${Deno.execPath()} run --no-prompt --no-config --quiet --no-check ` +
        `--allow-read=${project} --allow-write=${it.path} ` +
        `'data:application/typescript,${encodeURIComponent(script)}'`,
    );
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, mode, umask);
  }
});
