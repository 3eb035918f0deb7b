/**
 * Two nodes on the loopback whose main threads are blocked 400 ms of every second (`tick_node.ts`).
 *
 * @module
 */
import { grantOf } from "../../daemons/processes.ts";
import { flagsOf } from "../../daemons/site/flags.ts";
import type { NodeConfig } from "../../daemons/site/node_config/read.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
const address = "127.0.0.1";
/** Milliseconds within which two nodes must have found each other. */
const formMs = 60_000;

/** How they are made. */
export interface TickOptions {
  /** `main`, `worker` or `realtime`. */
  readonly tick: string;
  readonly ports: readonly [number, number];
  /** Shows what they log. */
  readonly verbose?: boolean;
}

interface Placed extends TickOptions {
  readonly folder: string;
}

/** Two nodes that have found each other. */
export interface TickNodes extends AsyncDisposable {
  /** Ends them; what each has seen. */
  seen(): Promise<Seen[]>;
}

/** Starts both, and waits until they have found each other. */
export async function startNodes(options: TickOptions): Promise<TickNodes> {
  const folder = `${project}/.test/tick${options.ports[0]}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/authkeys`, "auth 1\n1 sha1 tick\n", { mode: 0o600 });
  const nodes = ([0, 1] as const).map((at) => new Node(at, { ...options, folder }));
  try {
    await within(formMs, Promise.all(nodes.map(({ formed }) => formed)));
  } catch (error) {
    for (const node of nodes) await node.kill();
    throw error;
  }
  return {
    seen: () => Promise.all(nodes.map((node) => node.end())),
    async [Symbol.asyncDispose]() {
      for (const node of nodes) await node.kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** What a node has seen. */
export interface Seen {
  readonly deaths: number;
  readonly lateMsMax: number;
}

function configOf(at: 0 | 1, { tick, ports, folder }: Placed): NodeConfig {
  return {
    cluster: "tick",
    node: "ab"[at]!,
    nodes: ["a", "b"],
    state: `${folder}/${at}`,
    run: `${folder}/${at}-run`,
    authkeys: `${folder}/authkeys`,
    media: [{
      plugin: "medium/ucast",
      address,
      port: ports[at]!,
      peers: [{ address, port: ports[1 - at]! }],
    }],
    keepaliveMs: 20,
    deadtimeMs: 200,
    initdeadMs: formMs,
    hungMs: 10_000,
    operationsAtOnce: 1,
    packing: "zstd",
    packFromBytes: 2048,
    tick: tick as NodeConfig["tick"],
    loglevel: "warning",
  };
}

/** A running node. */
class Node {
  readonly formed: Promise<unknown>;
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(at: 0 | 1, placed: Placed) {
    const config = configOf(at, placed);
    const { verbose = false } = placed;
    const places = { project, configFile: config.authkeys, deno: Deno.execPath() };
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--quiet",
        `--config=${project}/deno.json`,
        ...flagsOf(grantOf("heartbeat", config, places)),
        `${project}/tests/bench/tick_node.ts`,
        JSON.stringify(config),
        // They are blocked in turn, so that each is looked at while it is.
        String(at * 500),
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: verbose ? "inherit" : "null",
    }).spawn();
    this.#lines = linesOf(this.#child.stdout)[Symbol.asyncIterator]();
    this.formed = this.#lines.next().then(({ done }) => {
      if (done) throw new Error("a node ended before it had found the other: is its port in use?");
    });
    this.formed.catch(() => {});
  }

  async end(): Promise<Seen> {
    await this.#child.stdin.close();
    const { value } = await this.#lines.next();
    const { code } = await this.#child.status;
    if (value === undefined) throw new Error(`a node ended with ${code}`);
    return JSON.parse(value) as Seen;
  }

  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#lines.return?.();
    await this.#child.status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/** @throws {Error} if it takes longer. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the nodes did not form within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
