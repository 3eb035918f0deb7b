/**
 * The pages "Adding a daemon" and "Adding a kind of plugin", carried out: a copy of the project, the
 * files of the page, and a node of one that runs from the copy.
 *
 * @module
 */
import assert from "node:assert/strict";
import { end } from "../metadata/marked.ts";
import { filePath } from "../pils/found.ts";
import { startManager } from "../daemons/mgmtd/local_nodes/start_manager.ts";
import { type Client, connect } from "../daemons/runtime/client.ts";
import type { Message } from "../daemons/runtime/messages.ts";

export const project = filePath(new URL("..", import.meta.url)).replace(/\/$/, "");
const page = `${project}/daemons/site/README.md`;
/** Milliseconds in which a busy machine has a node up, and between two looks. */
const upMs = 60_000;
const lookMs = 100;
/** Milliseconds in which killed processes are gone. */
const goneMs = 5_000;

const copyScript = `
mkdir -p "$2" && cd "$1" &&
cp -R deno.json deno.lock mod.ts daemons metadata pils plugins "$2"/`;

/** Where a page is carried out. A test has one of its own: its permission names the socket. */
export interface Place {
  /** Name of the cluster. */
  readonly name: string;
  readonly folder: string;
  /** The copy of the project. */
  readonly copy: string;
  readonly socket: string;
}

export function placeOf(name: string): Place {
  const folder = `${project}/.test/${name}`;
  return { name, folder, copy: `${folder}/project`, socket: `${folder}/run/cluster.sock` };
}

/** What a test of a page may do. */
export const permissionsOf = ({ socket }: Place): Deno.PermissionOptionsObject => ({
  net: ["127.0.0.1", `unix:${socket}`],
  read: [project],
  write: [`${project}/.test`],
  run: [Deno.execPath(), "/bin/sh"],
});

/** The files that the page shows behind a mark, by name. */
export function shown(mark: string): ReadonlyMap<string, string> {
  const text = Deno.readTextFileSync(page);
  return new Map(
    [...text.matchAll(/<!-- (\w+): (\S+) -->\n+```ts\n([\s\S]*?)```/g)]
      .filter(([, found]) => found === mark)
      .map(([, , name = "", code = ""]) => [name, code]),
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

/** Runs a script; throws what it wrote to its standard error if it fails. */
export async function sh(...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", ...args],
    stdin: "null",
    stdout: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** Makes the copy, with the daemon of the page "Adding a daemon" in it. */
export async function copied({ folder, copy }: Place): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await sh(copyScript, "sh", project, copy);
  const files = shown("file");
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
}

/** Writes the configuration of a node of one; gives its path. */
async function configured({ name, folder }: Place, more: object): Promise<string> {
  const config = `${folder}/node.json`;
  const udp = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = udp.addr as Deno.NetAddr;
  udp.close();
  const address = "127.0.0.1";
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      cluster: name,
      node: "alice",
      nodes: ["alice"],
      state: `${folder}/state`,
      run: `${folder}/run`,
      authkeys: `${folder}/authkeys`,
      media: [{ plugin: "medium/ucast", address, port, peers: [{ address, port: port + 1 }] }],
      keepaliveMs: 100,
      deadtimeMs: 1_000,
      initdeadMs: 1_000,
      ...more,
    }),
    { mode: 0o600 },
  );
  await Deno.writeTextFile(`${folder}/authkeys`, "auth 1\n1 sha1 counted\n", { mode: 0o600 });
  return config;
}

/** Checks the types of the daemon, runs a node from the copy, and removes everything afterwards. */
export async function onNode(
  place: Place,
  more: object,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const { name, folder, copy, socket } = place;
  const mark = `${name}-${Deno.pid}/alice`;
  const config = await configured(place, more);
  await sh(
    `cd "$1" && exec "$2" check --quiet daemons/counter/mod.ts daemons/counter/ask.ts`,
    "sh",
    copy,
    Deno.execPath(),
  );
  const manager = startManager({
    project: copy,
    mark,
    config,
    folders: [`${folder}/state`, `${folder}/run`],
    log: `${folder}/log`,
  });
  try {
    await using client = await connected(socket);
    await use(client);
  } catch (error) {
    const log = await Deno.readTextFile(`${folder}/log`).catch(() => "no log");
    throw new Error(`${error}\n${log}`, { cause: error });
  } finally {
    manager.kill("SIGTERM");
    await manager.status;
    await end(`HA_NODE=${mark}`, "KILL", goneMs);
  }
}

/** Asks until an answer is as it should be. */
export async function until(
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

async function connected(socket: string): Promise<Client> {
  const giveUp = performance.now() + upMs;
  for (;;) {
    const client = await connect(socket).catch(() => undefined);
    if (client !== undefined) return client;
    assert(performance.now() < giveUp, "the node does not start");
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** What the program of the page prints. */
export async function asked({ copy, socket }: Place): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", `--config=${copy}/deno.json`, `--allow-net=unix:${socket}`],
      ...[`--allow-read=${socket}`, `--allow-write=${socket}`],
      ...[`${copy}/daemons/counter/ask.ts`, socket],
    ],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}
