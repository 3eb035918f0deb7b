/**
 * The inside of `logd_test.ts`: the first argument is its folder, in which `small` is a small disk.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import type { Message } from "../../../daemons/runtime/messages.ts";
import { connect } from "../../../daemons/runtime/client.ts";
import type { Flooded } from "../../logd/flooder.ts";
import { RunningLogd, sleep } from "../../logd/running.ts";

const project = filePath(new URL("../../..", import.meta.url));
const [folder = ""] = Deno.args;
const originals = "/var/lib/heartbeat/log_daemon";
/** Lines of each client in a second, of two. */
const half = 25_000;
const keepaliveMs = 200;

async function sh(script: string, ...words: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...words],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).output();
  return success;
}

const isThere = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);

/** Everything of these clients is in the file or counted there, and no call waited. */
async function accounted(logd: RunningLogd, what: string, flooded: readonly Flooded[]) {
  for (const { name, submitted, waiting, p50, p999, most } of flooded) {
    const { lines, different, lost } = await logd.said(name);
    console.log(
      `ok ${what}: ${name} submitted ${submitted}, delivered ${lines}, counted lost ${lost}; ` +
        `a call took ${p50} µs, 99.9 % at most ${p999} µs, all at most ${most} µs`,
    );
    assert.equal(waiting, 0, `${what}: all lines are settled`);
    assert.equal(lines, different, `${what}: no line is there twice`);
    assert.equal(lines + lost, submitted, what);
    assert.ok(submitted < 10_000 || p999 < 1_000, `${what}: ${p999} µs`);
  }
}

const floodBoth = (logd: RunningLogd, what: string, ms: number): Promise<readonly Flooded[]> =>
  Promise.all([logd.flood(`${what}1`, half, ms), logd.flood(`${what}2`, half, ms)]);

async function originalClients(): Promise<void> {
  const logd = new RunningLogd(`${folder}/originals`);
  await logd.start({ socket: originals });
  try {
    for (let round = 0; round < 100 && !await isThere(originals); round++) await sleep(50);
    if (!await isThere("/usr/sbin/ha_logger")) console.log("Skipped: there is no ha_logger");
    else {
      assert.ok(await sh(`/usr/sbin/ha_logger -t mytag 'hello from the original'`));
      await sleep(300);
      const text = await Deno.readTextFile(logd.file);
      assert.match(text, /^\S+ alice mytag\[\d+\]: info: hello from the original$/m);
      console.log("ok ha_logger logs through our logd");
    }
    const built = await sh(
      `test -e /usr/include/clplumbing/cl_log.h && gcc -std=gnu99 -w -o "$1" "$2" ` +
        `$(pkg-config --cflags glib-2.0) -l:libplumb.so.2 -lglib-2.0`,
      `${folder}/log_client`,
      `${project}/tests/interop/services/log_client.c`,
    ).catch(() => false);
    if (!built) console.log("Skipped: a program with the library cannot be compiled here");
    else {
      assert.ok(await sh(`"$1" 2000`, `${folder}/log_client`));
      await sleep(300);
      const text = await Deno.readTextFile(logd.file);
      const lines = text.match(/ cprogram\[\d+\]: (?:info|warning): line \d+ of 2000$/gm) ?? [];
      assert.equal(lines.length, 2_000);
      console.log("ok a C program with the library logs 2,000 lines, and all are there");
    }
  } finally {
    await logd.end("SIGTERM");
  }
}

async function fullDisk(): Promise<void> {
  const logd = new RunningLogd(`${folder}/full`, `${folder}/small/ha.log`);
  await Deno.writeFile(`${folder}/small/other`, new Uint8Array(1_500_000));
  await logd.start();
  try {
    const flooding = logd.flood("full", 20_000, 2_500);
    await sleep(1_800);
    const { size } = await Deno.stat(logd.file);
    assert.ok(size > 400_000 && size < 600_000, `${size} bytes: the disk is full`);
    // Room for what waited; what was lost stays lost.
    await Deno.remove(`${folder}/small/other`);
    await accounted(logd, "a disk that is full for a while", [await flooding]);
  } finally {
    await logd.end("SIGTERM");
  }
}

async function flood(): Promise<void> {
  const logd = new RunningLogd(`${folder}/flood`);
  await logd.start();
  try {
    await accounted(logd, "50,000 lines a second", await floodBoth(logd, "flood", 2_000));
  } finally {
    await logd.end("SIGTERM");
  }
}

type Status = Extract<Message, { type: "status/answer" }>;
const isStatus = (message: Message): message is Status => message.type === "status/answer";

async function lateMs(path: string): Promise<number> {
  await using client = await connect(path);
  const query = { type: "status/query", id: "late" } as const;
  const { status } = await client.ask("heartbeat", query, isStatus, 10_000);
  return Number(Reflect.get(Object(status), "lateMsMax"));
}

/** A node under a flood of its log, whose logd is stopped and killed. */
async function node(): Promise<void> {
  const home = `${folder}/node`;
  const logd = new RunningLogd(home);
  await Deno.mkdir(`${home}/state`, { recursive: true, mode: 0o700 });
  await Deno.mkdir(`${home}/run`, { mode: 0o700 });
  await Deno.writeTextFile(`${home}/authkeys`, "auth 1\n1 sha1 key of a test\n", { mode: 0o600 });
  await Deno.writeTextFile(
    `${home}/node.json`,
    JSON.stringify({
      ...{ cluster: "try", node: "alice", nodes: ["alice"], authkeys: `${home}/authkeys` },
      ...{ state: `${home}/state`, run: `${home}/run`, keepaliveMs, deadtimeMs: 1_000 },
      initdeadMs: 1_000,
      media: [{ plugin: "medium/ucast", address: "127.0.0.1", port: 6947, peers: [] }],
      log: { outputs: [{ type: "file", path: logd.file, rotateMiB: 1024 }] },
    }),
  );
  const parent = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--cached-only", `--config=${project}/deno.json`],
      "--allow-run=/bin/sh",
      `--allow-read=${home}/node.json,${home}/state,${home}/run`,
      `--allow-write=${home}/state,${home}/run`,
      ...[`${project}/daemons/recoverymgrd/mod.ts`, `${home}/node.json`],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const signalLogd = (name: string) =>
    sh(`pkill -"$1" -f "daemons/logd/mod.ts $2"`, name, `${home}/run/node.json`);
  try {
    for (let round = 0; round < 200 && !await isThere(logd.socket); round++) await sleep(50);
    const heartbeat = `${home}/run/heartbeat.sock`;
    for (let round = 0; round < 200 && !await isThere(heartbeat); round++) await sleep(50);
    await sleep(3_000);
    const before = await lateMs(heartbeat);
    const flooding = floodBoth(logd, "node", 4_500);
    await sleep(1_000);
    assert.ok(await signalLogd("STOP"));
    await sleep(1_200);
    assert.ok(await signalLogd("CONT"));
    await sleep(700);
    assert.ok(await signalLogd("KILL"));
    await accounted(logd, "a node whose logd is stopped and killed", await flooding);
    const after = await lateMs(heartbeat);
    console.log(
      `ok its heartbeats were late by ${before} ms at most before, and by ${after} ms after`,
    );
    assert.ok(after <= keepaliveMs, `${after} ms`);
  } finally {
    parent.kill("SIGTERM");
    await parent.status;
  }
}

await originalClients();
await fullDisk();
await flood();
await node();
