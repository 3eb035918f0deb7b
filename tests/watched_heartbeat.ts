/**
 * A heartbeat as a process of its own, with the flags it has in production and a watchdog, for the
 * tests of that.
 *
 * @module
 */
import { commandOf } from "../daemons/processes.ts";
import { readNodeConfig } from "../daemons/site/node_config/read.ts";
import { filePath } from "../pils/found.ts";

const project = filePath(new URL("..", import.meta.url));
const scratch = `${project}/.test`;
/** Milliseconds within which it must be armed, on a machine that is busy with other tests. */
const armMs = 20_000;

/** Milliseconds between its heartbeats. */
export const keepaliveMs = 100;

/** What a test that starts one may do. */
export const permissions = {
  read: [project],
  write: [scratch],
  run: [Deno.execPath(), "/bin/sh"],
};

/** A running heartbeat whose watchdog is armed. */
export class WatchedHeartbeat implements AsyncDisposable {
  ended = false;
  /** How it ended. */
  readonly status: Promise<Deno.CommandStatus>;
  readonly log: string[] = [];
  readonly #read: Promise<void>;
  readonly #armed = Promise.withResolvers<void>();

  private constructor(readonly child: Deno.ChildProcess, readonly folder: string) {
    this.status = child.status.finally(() => this.ended = true);
    this.#read = this.#readLog();
  }

  /** Starts it, and waits until its watchdog is armed. */
  static async start(
    { port, tick, watchdog }: {
      readonly port: number;
      readonly tick: string;
      readonly watchdog: Readonly<Record<string, unknown>>;
    },
  ): Promise<WatchedHeartbeat> {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "wd" });
    await Deno.mkdir(`${folder}/state/heartbeat`, { recursive: true });
    await Deno.mkdir(`${folder}/run`);
    const address = "127.0.0.1";
    const text = JSON.stringify({
      cluster: "watched",
      node: "alice",
      nodes: ["alice", "bob"],
      state: `${folder}/state`,
      run: `${folder}/run`,
      authkeys: `${folder}/authkeys`,
      keepaliveMs,
      deadtimeMs: 1_000,
      tick,
      media: [{ plugin: "medium/ucast", address, port, peers: [{ address, port: port + 1 }] }],
      watchdog,
    });
    const configFile = `${folder}/node.json`;
    await Deno.writeTextFile(configFile, text);
    await Deno.writeTextFile(`${folder}/authkeys`, "auth 1\n1 sha1 watched\n", { mode: 0o600 });
    const config = readNodeConfig(text);
    if (!config.ok) throw new Error(JSON.stringify(config.diagnostics));
    const child = new Deno.Command(Deno.execPath(), {
      args: commandOf("heartbeat", config.value, { project, configFile, deno: Deno.execPath() }),
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const heartbeat = new WatchedHeartbeat(child, folder);
    const timer = setTimeout(() => heartbeat.#armed.reject(new Error("it is not armed")), armMs);
    try {
      await heartbeat.#armed.promise;
    } catch (error) {
      await heartbeat[Symbol.asyncDispose]();
      throw new Error(`${error}:\n${heartbeat.log.join("\n")}`);
    } finally {
      clearTimeout(timer);
    }
    return heartbeat;
  }

  /** How it ended; undefined if it has not within the time given. */
  async endWithin(ms: number): Promise<Deno.CommandStatus | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => timer = setTimeout(resolve, ms, undefined));
    try {
      return await Promise.race([this.status, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #readLog(): Promise<void> {
    let rest = "";
    for await (const text of this.child.stderr.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.log.push(...lines);
      if (lines.some((line) => line.includes("is armed"))) this.#armed.resolve();
    }
    this.#armed.reject(new Error("it ended before it was armed"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#armed.promise.catch(() => {});
    if (!this.ended) this.child.kill("SIGKILL");
    await this.status;
    await this.#read;
    await Deno.remove(this.folder, { recursive: true });
  }
}

/**
 * A pipe below /dev that stands for the kernel's device: what is written to it can be seen, and whether
 * somebody holds it open.
 */
export class StandInDevice implements AsyncDisposable {
  readonly path: string;
  /** Nobody holds it open any more. */
  closed = false;
  readonly #reader: Deno.ChildProcess;

  private constructor(folder: string) {
    this.path = `${folder}/pipe`;
    this.#reader = new Deno.Command("/bin/sh", {
      args: ["-c", 'exec cat <"$1" >"$1.fed"', "test", this.path],
      stdin: "null",
      stdout: "null",
    }).spawn();
    void this.#reader.status.then(() => this.closed = true);
  }

  static async make(): Promise<StandInDevice> {
    return new StandInDevice(await sh('d=$(mktemp -d -p /dev/shm); mkfifo "$d/pipe"; echo "$d"'));
  }

  /** Everything that was written to it. */
  fed(): Promise<string> {
    return sh('cat "$1.fed"', this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.closed) this.#reader.kill("SIGKILL");
    await this.#reader.status;
    await sh('rm -r "${1%/pipe}"', this.path);
  }
}

/** What a script prints. */
export async function sh(script: string, ...words: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "test", ...words],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Waits. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
