/**
 * A real node and clients that want to do it harm: how long others wait meanwhile, what it holds, how late
 * its heartbeats are; and what becomes of it when its disk is full.
 *
 *     deno task interop bounds
 *
 * The times say something on a machine that does nothing else.
 *
 * @module
 */
import assert from "node:assert/strict";
import { realCluster, until } from "../../daemons/mgmtd/commands/testing/real_cluster.ts";
import { connect } from "../../daemons/runtime/client.ts";
import { FrameWriter } from "../../daemons/runtime/frame.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import { filePath } from "../../pils/found.ts";
import { pause } from "../../metadata/timer.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/bounds`;
const socketOf = (name: "cluster" | "heartbeat") => `${folder}/alice/run/${name}.sock`;
/** Milliseconds between two heartbeats, as `real_cluster.ts` has it. */
const keepaliveMs = 200;

type Status = Extract<Message, { type: "status/answer" }>;
const isStatus = (message: Message): message is Status => message.type === "status/answer";

async function sh(script: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...words],
    stderr: "inherit",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

async function ask(path: string, service: string, withinMs = 10_000): Promise<unknown> {
  await using client = await connect(path);
  const query = { type: "status/query", id: "bounds" } as const;
  return (await client.ask(service, query, isStatus, withinMs)).status;
}

/** Members that a node of the cluster sees; none if it does not answer. */
async function members(node: "alice" | "bob"): Promise<string> {
  const status = await ask(`${folder}/${node}/run/cluster.sock`, "ccm", 2_000).catch(() => null);
  const text = JSON.stringify(status) ?? "";
  const view = /"members":(\[[^\]]*\])/.exec(text)?.[1] ?? "[]";
  return [...view.matchAll(/"node":"(\w+)"/g)].map(([, name]) => name).sort().join(" ");
}

async function formed() {
  const cluster = await realCluster(
    "bounds",
    ["alice", "bob"],
    (cib) => cib.replace(/(name="fencing-enabled" value=")true/, "$1false"),
  );
  await until(() => members("bob"), (names) => names === "alice bob");
  await pause(2_000);
  return cluster;
}

/** The median of the milliseconds that a question takes. */
async function roundTrip(path: string, service: string, forMs: number): Promise<number> {
  await using client = await connect(path);
  const all: number[] = [];
  const query = { type: "status/query", id: "bounds" } as const;
  for (const end = performance.now() + forMs; performance.now() < end;) {
    const from = performance.now();
    await client.ask(service, query, isStatus, 10_000);
    all.push(performance.now() - from);
    await pause(10);
  }
  return all.sort((a, b) => a - b)[all.length >> 1]!;
}

const lateMs = async (): Promise<number> =>
  Number(
    /"lateMsMax":(\d+)/.exec(JSON.stringify(await ask(socketOf("heartbeat"), "heartbeat")))?.[1],
  );

Deno.test("clients that ask on and on hold up nobody, and no heartbeat", async () => {
  await using _cluster = await formed();
  for (const [name, service] of [["cluster", "ccm"], ["heartbeat", "heartbeat"]] as const) {
    const path = socketOf(name);
    const idle = await roundTrip(path, service, 2_000);
    for (const clients of [1, 100]) {
      const flooder = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--quiet",
          `--config=${project}/deno.json`,
          `--allow-read=${path}`,
          `--allow-write=${path}`,
          `--allow-net=unix:${path}`,
          `${project}/tests/interop/bounds/flooder.ts`,
          ...[path, service, "5", String(clients)],
        ],
      }).output();
      await pause(1_500);
      const flooded = await roundTrip(path, service, 3_000);
      const asked = new TextDecoder().decode((await flooder).stdout).trim();
      const late = await lateMs();
      console.log(
        `${service}: ${idle.toFixed(2)} ms idle, ${
          flooded.toFixed(2)
        } ms under ${asked} questions ` +
          `of ${clients}; own heartbeats late by ${late} ms at most`,
      );
      assert.ok(flooded < 2 * idle + (clients === 1 ? 10 : 100), `${flooded} ms`);
      assert.ok(late < keepaliveMs, `a heartbeat was ${late} ms late`);
    }
  }
});

Deno.test("clients that end nothing, and read nothing, fill no memory", async () => {
  await using _cluster = await formed();
  // The largest that matches: the shell that asks matches too.
  const memoryKib = async () =>
    Number(
      await sh(
        'for p in $(pgrep -f "daemons/cluster/mod.ts $1/alice/"); do ps -o rss= -p $p; done | sort -n | tail -1',
        folder,
      ),
    );
  const before = await memoryKib();
  const crowd: Deno.UnixConn[] = [];
  for (let count = 0; count < 40; count++) {
    const connection = await Deno.connect({ transport: "unix", path: socketOf("cluster") });
    crowd.push(connection);
    const writer = new FrameWriter();
    const service = `client-hoard-${count}`;
    writer.hello(service, [service]);
    const to = { service: "ccm" };
    const message: Message = { type: "status/query", id: "bounds" };
    writer.envelope({ to, from: { node: "", service }, message });
    await connection.write(writer.written);
    // Answered, it may hold the most.
    const buffer = new Uint8Array(64 * 1024);
    let said = "";
    while (!said.includes("status/answer")) {
      said += new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
    }
    const bytes = new Uint8Array(15 * 1024 * 1024);
    new DataView(bytes.buffer).setUint32(0, 16 * 1024 * 1024);
    bytes[4] = 1;
    void (async () => {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    })().catch(() => {});
  }
  await pause(3_000);
  const grown = (await memoryKib() - before) / 1024;
  console.log(`40 clients that begin 600 MiB: ${Math.round(grown)} MiB more`);
  assert.ok(before > 20_000 && grown < 300, `${before} KiB before, ${grown} MiB more`);
  const counts = JSON.stringify(await ask(socketOf("cluster"), "messages@cluster"));
  assert.match(counts, /"closed unfinished":3\d/);
  for (const connection of crowd) connection.close();
});

Deno.test("a node whose disk is full says so, is no member, and comes back when there is room", async () => {
  if (await sh("id -u") !== "0") {
    console.log("Skipped: to mount a small disk needs root");
    return;
  }
  await using _cluster = await formed();
  const state = `${folder}/alice/state`;
  const daemons = () => Deno.readTextFile(`${folder}/alice/run/daemons.json`).catch(() => "");
  await sh(
    'cp -a "$1" "$1.copy" && mount -t tmpfs -o size=2m,mode=700 none "$1" && cp -a "$1.copy/." "$1" && ' +
      'dd if=/dev/zero of="$1/fill" bs=4k 2>/dev/null',
    state,
  );
  try {
    await using bob = await connect(`${folder}/bob/run/cluster.sock`);
    let seconds = 60;
    const write = () =>
      bob.ask(
        "cib",
        {
          type: "cib/apply",
          id: "bounds",
          changes: [{
            op: "create",
            path: "/cib/configuration/crm_config",
            xml:
              `<cluster_property_set id="bounds"><nvpair id="delay" name="cluster-delay" value="${++seconds}s"/></cluster_property_set>`,
          }],
        },
        (message): message is Extract<Message, { type: "cib/applied" }> =>
          message.type === "cib/applied",
        30_000,
      );
    // Acknowledged, when alice, which cannot have it on disk, is no member any more.
    assert.ok((await write()).ok);
    assert.equal(await members("bob"), "bob");
    await until(daemons, (text) => text.includes("could not write or read its state"));
    assert.match(
      await Deno.readTextFile(`${folder}/alice.log`),
      /crit: cluster cannot write or read its state.*Fix: make room/,
    );
    // More ends than a node survives otherwise.
    await until(daemons, (text) => /"cluster","state":"waiting","restarts":[4-9]/.test(text));
    await Deno.remove(`${state}/fill`);
    await until(() => members("bob"), (names) => names === "alice bob");
    assert.ok((await write()).ok);
  } finally {
    await sh('umount -l "$1"', state);
  }
});
