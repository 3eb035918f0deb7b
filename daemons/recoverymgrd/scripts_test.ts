/** Real scripts, real processes. */
import assert from "node:assert/strict";
import { pause } from "../../metadata/timer.ts";
import { filePath } from "../../pils/found.ts";
import type { ScriptRun } from "./applications.ts";
import { Scripts } from "./scripts.ts";

const scratch = `${filePath(new URL("../..", import.meta.url))}/.test`;
const permissions = {
  permissions: { read: [scratch], write: [scratch], run: ["/bin/sh"] },
};

/** Runs words of a shell. */
async function shell(script: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", script, "sh", ...words] })
    .output();
  return new TextDecoder().decode(stdout).trim();
}

const startOf = async (pid: number) =>
  Number(await shell('read -r s </proc/$1/stat; set -- ${s##*) }; echo "${20}"', String(pid)));
/** A process that lives; one that ended and waits for its parent does not. */
const isThere = async (pid: number) =>
  !/^Z?$/.test(
    await shell('read -r s </proc/$1/stat && set -- ${s##*) } && echo "$1"', String(pid)),
  );

/** A folder with a script, and what it takes to run it as this user. */
async function prepared(text: string) {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "scripts_" });
  const script = `${folder}/recover`;
  await Deno.writeTextFile(script, `#!/bin/sh\ncd ${folder}\n${text}\n`, { mode: 0o755 });
  const [uid = 0, gid = 0] = (await shell("id -u; id -g")).split("\n").map(Number);
  const run: ScriptRun = {
    ...{ name: "web", script, argument: "restart", uid, gid, pid: 0, started: 0, kill: false },
    timeoutMs: 20_000,
  };
  return {
    folder,
    run: (more: Partial<ScriptRun>) =>
      new Promise<string>((resolve) =>
        new Scripts((_, error) => resolve(error)).run({ ...run, ...more })
      ),
    read: (name: string) => Deno.readTextFile(`${folder}/${name}`).catch(() => "nothing"),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** A process that only waits. */
const sleeper = () =>
  new Deno.Command("/bin/sh", { args: ["-c", "exec sleep 60"], stdin: "null" }).spawn();

Deno.test(
  "a script gets the pid of the process that registered, and the argument",
  permissions,
  async () => {
    await using made = await prepared('echo "$1,$2" >out; umask >>out; env >>out');
    const process = sleeper();
    try {
      const started = await startOf(process.pid);
      assert.equal(await made.run({ pid: process.pid, started }), "");
      const [line, mask, ...variables] = (await made.read("out")).split("\n");
      assert.equal(line, `${process.pid},restart`);
      assert.equal(mask, "0022");
      assert.deepEqual(variables.filter((one) => /^(HA_|LD_|DENO)/.test(one)), []);
    } finally {
      process.kill("SIGKILL");
      await process.status;
    }
  },
);

Deno.test(
  "a pid that was given to another is neither killed nor passed on",
  permissions,
  async () => {
    await using made = await prepared('echo "<$1>" >out');
    const process = sleeper();
    try {
      const started = await startOf(process.pid);
      for (const [pid, start] of [[process.pid, started + 1], [process.pid, 0], [0, 0], [1, 1]]) {
        assert.equal(await made.run({ pid: pid!, started: start!, kill: true }), "");
        assert.equal(await made.read("out"), "<>\n");
        assert.ok(await isThere(process.pid));
      }
    } finally {
      process.kill("SIGKILL");
      await process.status;
    }
  },
);

Deno.test(
  "the process that missed its beat is killed before the script runs",
  permissions,
  async () => {
    await using made = await prepared('echo "<$1>" >out');
    const process = sleeper();
    const started = await startOf(process.pid);
    const run = made.run({ pid: process.pid, started, kill: true });
    assert.equal((await process.status).signal, "SIGKILL");
    assert.equal(await run, "");
    assert.equal(await made.read("out"), "<>\n");
  },
);

Deno.test("a script that fails, or is not there, is reported", permissions, async () => {
  await using made = await prepared("exit 3");
  assert.equal(await made.run({}), "ended with code 3");
  assert.match(await made.run({ script: `${made.folder}/none` }), /ended with code 12[67]/);
});

Deno.test(
  "a script that hangs, or forks for ever, is killed with its group",
  permissions,
  async () => {
    await using made = await prepared(
      // Each generation starts the next one, faster than anybody could kill them one by one.
      "echo $$ >leader; sleep 60 & echo $! >child\n" +
        "bomb() { n=$1; while [ $n -lt 40 ]; do n=$((n + 1)); sleep 60 & done; wait; }\nbomb 0",
    );
    const startedMs = performance.now();
    assert.match(await made.run({ timeoutMs: 500 }), /did not end within 500 ms/);
    assert.ok(performance.now() - startedMs < 5_000);
    const leader = (await made.read("leader")).trim();
    const left = () =>
      shell(
        'for p in /proc/[0-9]*; do read -r s <$p/stat && set -- ${s##*) } && [ "$1" != Z ] && ' +
          `[ "$3" = "${leader}" ] && echo $p; done 2>/dev/null`,
      );
    // A killed process may take a moment to be gone.
    for (let tries = 0; tries < 100 && await left() !== ""; tries++) await pause(50);
    assert.equal(await left(), "");
    assert.ok(!await isThere(Number(await made.read("child"))));
  },
);
