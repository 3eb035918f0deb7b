/** The page "Adding a daemon", step by step: a copy of the project, the files of the page, a node. */
import assert from "node:assert/strict";
import { filePath } from "../pils/found.ts";
import { end } from "../metadata/marked.ts";
import { startManager } from "../daemons/mgmtd/local_nodes/start_manager.ts";
import { type Client, connect } from "../daemons/runtime/client.ts";
import type { Message } from "../daemons/runtime/messages.ts";

const project = filePath(new URL("..", import.meta.url)).replace(/\/$/, "");
const page = `${project}/daemons/site/README.md`;
/** A path of its own for this test alone: the permission names its socket. */
const folder = `${project}/.test/counter`;
const copy = `${folder}/project`;
const socket = `${folder}/run/cluster.sock`;
/** Milliseconds in which a busy machine has a node up, and between two looks. */
const upMs = 60_000;
const lookMs = 100;
/** Milliseconds in which killed processes are gone. */
const goneMs = 5_000;

const copyScript = `
mkdir -p "$2" && cd "$1" &&
cp -R deno.json deno.lock mod.ts daemons metadata pils plugins "$2"/`;

/** The files that the page shows, by name. */
function shown(): ReadonlyMap<string, string> {
  const text = Deno.readTextFileSync(page);
  return new Map(
    [...text.matchAll(/<!-- file: (\S+) -->\n+```ts\n([\s\S]*?)```/g)]
      .map(([, name = "", code = ""]) => [name, code]),
  );
}

/** The list with what the page adds to it. */
function listed(list: string, code: string): string {
  const [line = ""] = code.split("\n");
  const whole = code.slice(line.length + 1).trim();
  const before = /export const descriptions = \[[\s\S]*?\] as const satisfies ProcessList;/;
  assert.match(list, before);
  return list.replace(before, whole).replace(/^import /m, `${line}\nimport `);
}

async function sh(...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", ...args],
    stdin: "null",
    stdout: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

async function prepare(): Promise<string> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await sh(copyScript, "sh", project, copy);
  const files = shown();
  assert.deepEqual([...files.keys()], [
    "description.ts",
    "core.ts",
    "mod.ts",
    "processes.ts",
    "ask.ts",
  ]);
  await Deno.mkdir(`${copy}/daemons/counter`);
  for (const [name, code] of files) {
    if (name !== "processes.ts") await Deno.writeTextFile(`${copy}/daemons/counter/${name}`, code);
  }
  const list = `${copy}/daemons/processes.ts`;
  await Deno.writeTextFile(
    list,
    listed(await Deno.readTextFile(list), files.get("processes.ts") ?? ""),
  );
  const config = `${folder}/node.json`;
  const udp = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = udp.addr as Deno.NetAddr;
  udp.close();
  const address = "127.0.0.1";
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      cluster: "counter",
      node: "alice",
      nodes: ["alice"],
      state: `${folder}/state`,
      run: `${folder}/run`,
      authkeys: `${folder}/authkeys`,
      media: [{ plugin: "medium/ucast", address, port, peers: [{ address, port: port + 1 }] }],
      keepaliveMs: 100,
      deadtimeMs: 1_000,
      initdeadMs: 1_000,
    }),
    { mode: 0o600 },
  );
  await Deno.writeTextFile(`${folder}/authkeys`, "auth 1\n1 sha1 counted\n", { mode: 0o600 });
  return config;
}

/** Asks until an answer is as it should be. */
async function until(
  client: Client,
  service: string,
  right: (status: unknown) => boolean,
): Promise<void> {
  const giveUp = performance.now() + upMs;
  for (let id = 0;; id++) {
    const matches = (message: Message): message is Extract<Message, { type: "status/answer" }> =>
      message.type === "status/answer" && message.id === `${service} ${id}`;
    const answer = await client
      .ask(service, { type: "status/query", id: `${service} ${id}` }, matches, 1_000)
      .catch(() => undefined);
    if (answer !== undefined && right(answer.status)) return;
    assert(performance.now() < giveUp, `${service}: ${JSON.stringify(answer?.status)}`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

async function connected(): Promise<Client> {
  const giveUp = performance.now() + upMs;
  for (;;) {
    const client = await connect(socket).catch(() => undefined);
    if (client !== undefined) return client;
    assert(performance.now() < giveUp, "the node does not start");
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

Deno.test("the daemon of the page compiles, is started by the recovery manager and counts", {
  permissions: {
    net: ["127.0.0.1", `unix:${socket}`],
    read: [project],
    write: [`${project}/.test`],
    run: [Deno.execPath(), "/bin/sh"],
  },
}, async () => {
  const mark = `counter-${Deno.pid}/alice`;
  let manager: Deno.ChildProcess | undefined;
  try {
    const config = await prepare();
    await sh(
      `cd "$1" && exec "$2" check --quiet daemons/counter/mod.ts daemons/counter/ask.ts`,
      "sh",
      copy,
      Deno.execPath(),
    );
    manager = startManager({
      project: copy,
      mark,
      config,
      folders: [`${folder}/state`, `${folder}/run`],
      log: `${folder}/log`,
    });
    await using client = await connected();
    await until(client, "counter", (status) =>
      typeof status === "object" && status !== null &&
      Number(Reflect.get(status, "ccm/view")) > 0 &&
      Number(Reflect.get(status, "cib/changed")) > 0);
    const asked = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", `--config=${copy}/deno.json`, `--allow-net=unix:${socket}`],
        ...[`--allow-read=${socket}`, `--allow-write=${socket}`],
        ...[`${copy}/daemons/counter/ask.ts`, socket],
      ],
      stdin: "null",
    }).output();
    assert.match(new TextDecoder().decode(asked.stdout), /"ccm\/view":[1-9]/);
    assert(client.services().includes("plugins@counter"), "ha plugin ls --running shows it");
    const { daemons } = JSON.parse(await Deno.readTextFile(`${folder}/run/daemons.json`));
    assert.deepEqual(
      daemons.map(({ name }: { readonly name: string }) => name),
      ["heartbeat", "stonithd", "lrmd", "pengine", "counter", "cluster"],
    );
  } catch (error) {
    const log = await Deno.readTextFile(`${folder}/log`).catch(() => "no log");
    throw new Error(`${error}\n${log}`, { cause: error });
  } finally {
    manager?.kill("SIGTERM");
    await manager?.status;
    await end(`HA_NODE=${mark}`, "KILL", goneMs);
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
});
