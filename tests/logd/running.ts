/**
 * `logd` as a process, with clients that flood it.
 *
 * @module
 */
import { commandOf } from "../../daemons/processes.ts";
import { readNodeConfig } from "../../daemons/site/node_config/read.ts";
import { filePath } from "../../pils/found.ts";
import type { Flooded } from "./flooder.ts";

const project = filePath(new URL("../..", import.meta.url));
const places = { project, deno: Deno.execPath() };

/** A `logd` that can be ended and started again. */
export class RunningLogd {
  readonly folder: string;
  readonly socket: string;
  readonly file: string;
  #child: Deno.ChildProcess | undefined;

  /** @param file where it writes */
  constructor(folder: string, file = `${folder}/ha.log`) {
    this.folder = folder;
    this.file = file;
    this.socket = `${folder}/run/logd.log`;
  }

  /** Starts it, and waits until it listens. */
  async start(log: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { folder, file } = this;
    await Deno.mkdir(`${folder}/run`, { recursive: true });
    await Deno.mkdir(`${folder}/state`, { recursive: true });
    const text = JSON.stringify({
      ...{ cluster: "try", node: "alice", nodes: ["alice"] },
      ...{ state: `${folder}/state`, run: `${folder}/run`, authkeys: `${folder}/authkeys` },
      media: [{ plugin: "medium/ucast", address: "127.0.0.1", port: 6949, peers: [] }],
      log: { outputs: [{ type: "file", path: file, rotateMiB: 1024 }], ...log },
    });
    const checked = readNodeConfig(text);
    if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
    const configFile = `${folder}/node.json`;
    await Deno.writeTextFile(configFile, text);
    await Deno.remove(this.socket).catch(() => {});
    this.#child = new Deno.Command(Deno.execPath(), {
      args: commandOf("logd", checked.value, { ...places, configFile }),
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    for (let round = 0; round < 400; round++) {
      if (await Deno.stat(this.socket).then(() => true, () => false)) return;
      await sleep(25);
    }
    throw new Error("logd does not listen");
  }

  signal(name: Deno.Signal): void {
    this.#child?.kill(name);
  }

  /** Ends it, and waits until it has ended. */
  async end(name: Deno.Signal): Promise<void> {
    this.#child?.kill(name);
    await this.#child?.status;
    this.#child = undefined;
  }

  /** Floods it, and gives what the client has counted. */
  async flood(name: string, perSecond: number, ms: number): Promise<Flooded> {
    const { socket } = this;
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--no-check", `--config=${project}/deno.json`],
        ...[`--allow-net=unix:${socket}`, `--allow-read=${socket}`, `--allow-write=${socket}`],
        `${project}/tests/logd/flooder.ts`,
        ...[socket, name, String(perSecond), String(ms)],
      ],
      stdin: "null",
      stderr: "inherit",
    }).output();
    if (!success) throw new Error(`${name} failed`);
    return JSON.parse(new TextDecoder().decode(stdout));
  }

  /** What the file says of a client: its different lines, all of them, and the sum of those lost. */
  async said(name: string): Promise<{
    readonly lines: number;
    readonly different: number;
    readonly lost: number;
  }> {
    const own = (await Deno.readTextFile(this.file)).split("\n")
      .filter((line) => line.includes(` alice ${name}: `));
    const numbers = own.flatMap((line) => /: n(\d+) of/.exec(line)?.[1] ?? []);
    const lost = own.map((line) => Number(/: (\d+) lines? lost between/.exec(line)?.[1] ?? 0));
    return {
      lines: numbers.length,
      different: new Set(numbers).size,
      lost: lost.reduce((sum, one) => sum + one, 0),
    };
  }
}

/** Waits. */
export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
