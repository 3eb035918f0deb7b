import assert from "node:assert/strict";
import { LineWriter, waitingCharactersMax } from "./line_writer.ts";

/** A sink whose reader a test controls. */
class Slow {
  readonly said: string[] = [];
  readonly now: string[] = [];
  gate = Promise.withResolvers<void>();
  bytesMax = Infinity;
  async write(bytes: Uint8Array): Promise<number> {
    await this.gate.promise;
    const taken = bytes.subarray(0, this.bytesMax);
    this.said.push(new TextDecoder().decode(taken));
    return taken.length;
  }
  writeNow(text: string): void {
    this.now.push(text);
  }
}

const settled = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

Deno.test("lines are written in order, whole, and those of one step at once", async () => {
  const sink = new Slow();
  sink.gate.resolve();
  const lines = new LineWriter(sink);
  lines.write("one");
  lines.write("two");
  await settled();
  lines.write("three");
  await settled();
  assert.deepEqual(sink.said, ["one\ntwo\n", "three\n"]);
  sink.bytesMax = 2;
  lines.write("four");
  await settled();
  assert.equal(sink.said.slice(2).join("|"), "fo|ur|\n");
  lines.flush();
  assert.deepEqual(sink.now, []);
});

Deno.test("who reads nothing delays nobody, and learns later how much is missing", async () => {
  const sink = new Slow();
  const lines = new LineWriter(sink);
  lines.write("first");
  await settled();
  const line = "x".repeat(1024);
  for (let count = 0; count < 1_000; count++) lines.write(line);
  await settled();
  assert.deepEqual(sink.said, []);
  sink.gate.resolve();
  await settled();
  assert.equal(sink.said.length, 2);
  const kept = waitingCharactersMax / 1024;
  const [, rest = ""] = sink.said;
  assert.equal(rest.split(`${line}\n`).length - 1, kept);
  assert.match(rest, new RegExp(`\\n${1_000 - kept} lines were dropped: nobody read the log\\n$`));
  lines.write("again");
  await settled();
  assert.equal(sink.said.at(-1), "again\n");
});

Deno.test("a process that exits writes what it has, unless nobody reads", async () => {
  const sink = new Slow();
  const lines = new LineWriter(sink);
  lines.write("last words");
  lines.flush();
  assert.deepEqual(sink.now, ["last words"], "also of the very same step");
  await settled();
  lines.write("unread");
  await settled();
  lines.write("more");
  const { now } = performance;
  try {
    performance.now = () => now.call(performance) + 1_000;
    lines.flush();
  } finally {
    performance.now = now;
  }
  assert.deepEqual(sink.now, ["last words"]);
  sink.gate.reject(new Error("closed"));
  await settled();
});

Deno.test("an orderly end waits for the write that is under way, and not for a reader that is gone", async () => {
  const sink = new Slow();
  const lines = new LineWriter(sink);
  lines.write("last words");
  await settled();
  let isOver = false;
  const end = lines.written().then(() => isOver = true);
  await settled();
  assert.equal(isOver, false, "the write is under way");
  sink.gate.resolve();
  await end;
  assert.deepEqual(sink.said, ["last words\n"]);
  sink.gate = Promise.withResolvers<void>();
  lines.write("unread");
  await lines.written(); // would never end
  assert.deepEqual(sink.said, ["last words\n"]);
});

Deno.test("a process whose standard error nobody reads goes on", {
  permissions: { run: [Deno.execPath()] },
}, async () => {
  const log = new URL("./log.ts", import.meta.url).href;
  const script = `import { stderrLog } from ${JSON.stringify(log)};
    const log = stderrLog("alice");
    for (let count = 0; count < 5_000; count++) {
      log("cib", "notice", "x".repeat(1_000));
      if (count % 100 === 0) await new Promise((done) => setTimeout(done, 1));
    }
    console.log("still here");
    await new Promise((done) => setTimeout(done, 200));
    Deno.exit(5);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--no-check", "--quiet", "--no-config"],
      `data:application/typescript,${encodeURIComponent(script)}`,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped", // and nothing is read of it
  }).spawn();
  const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const said = await new Response(child.stdout).text();
  clearTimeout(late);
  assert.equal(said, "still here\n");
  assert.equal((await child.status).code, 5);
  const errors = await new Response(child.stderr).text();
  assert.match(errors, /^\S+Z alice cib: notice: x{1000}\n/);
});
