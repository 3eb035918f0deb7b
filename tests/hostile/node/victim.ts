/**
 * The node under attack as processes of this machine: its folder, its start, and its running
 * processes.
 *
 * @module
 */
import { type Client, connect } from "../../../daemons/runtime/client.ts";
import { socketOf } from "../../../daemons/site/sockets.ts";
import { startManager } from "../../../daemons/mgmtd/local_nodes/start_manager.ts";
import { filePath } from "../../../pils/found.ts";
import { look } from "../../../metadata/marked.ts";
import { project } from "../stage.ts";

/** The folder of the node, the same for every run: its sockets are in the permissions of the tests. */
export const nodeFolder = `${filePath(project)}/.test/hostile_node`;

/** The one socket that is used from outside. */
export const nodeSocket = socketOf({ run: `${nodeFolder}/run` }, "cluster");

/** A name that no other run has: whatever carries the mark is ended. */
export const cluster = `hostile${Deno.pid}`;
/** What every process of the node has in its environment. */
export const mark = `HA_NODE=${cluster}/victim`;
/** Milliseconds within which a node forms its cluster of one. */
export const formMs = 60_000;
/** Makes the folder; what a run left that was itself killed is cleared away. */
export async function makeFolder(): Promise<void> {
  try {
    await Deno.mkdir(nodeFolder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const isUsed = await connect(nodeSocket).then(async (client) => {
      await client[Symbol.asyncDispose]();
      return true;
    }, () => false);
    if (isUsed) throw new Error(`Another run uses ${nodeFolder}: wait for its end`);
    await Deno.remove(nodeFolder, { recursive: true });
    await Deno.mkdir(nodeFolder, { mode: 0o700 });
  }
}

/** Starts it. */
export const startNode = (): Deno.ChildProcess =>
  startManager({
    project: filePath(project),
    mark: `${cluster}/victim`,
    config: `${nodeFolder}/node.json`,
    folders: [`${nodeFolder}/state`, `${nodeFolder}/run`],
    log: `${nodeFolder}/log`,
  });

/** What it has logged so far. */
export async function log(): Promise<string> {
  return await Deno.readTextFile(`${nodeFolder}/log`).catch(() => "");
}

/** Connects to it once it is there. */
export async function reach(): Promise<Client> {
  const until = performance.now() + formMs;
  for (;;) {
    const client = await connect(nodeSocket).catch(() => undefined);
    if (client !== undefined) return client;
    if (performance.now() > until) throw new Error(`no node within ${formMs} ms: ${await log()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Processes of the node whose command line matches, by the first group of the match. */
export async function processes(pattern: RegExp): Promise<ReadonlyMap<string, number>> {
  const ids = await look(mark);
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `for p in "$@"; do printf '%s ' $p; tr '\\0' ' ' </proc/$p/cmdline; echo; done 2>/dev/null`,
      "sh",
      ...ids.map(String),
    ],
    stdin: "null",
    stderr: "null",
  }).output();
  const found = new Map<string, number>();
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    // The shell that starts a daemon names it too, before it becomes the daemon.
    const [id = "", command = ""] = line.split(" ");
    const name = pattern.exec(line)?.[1];
    if (name === undefined || !command.endsWith("deno")) continue;
    // A child that is being started has its daemon's command line, until it becomes what it is.
    found.set(name, Math.min(found.get(name) ?? Infinity, Number(id)));
  }
  return found;
}
