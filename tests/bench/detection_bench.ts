/**
 * How long it takes to notice that a node was killed: two nodes of ours on the loopback, one ended
 * with SIGKILL at a moment that has nothing to do with its keepalive, twenty times or as often as
 * asked; and beside it the C original in network namespaces, where root, Debian's package and
 * `../shared` are there.
 *
 *     deno task bench detection
 *
 * @module
 */
import { lacking } from "../interop/heartbeat/lab.ts";
import { measureC } from "./detection_c.ts";

const settings = [
  { keepaliveMs: 20, deadtimeMs: 60 },
  { keepaliveMs: 20, deadtimeMs: 200 },
  { keepaliveMs: 100, deadtimeMs: 500 },
];
const project = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const kills = Number(Deno.args[0] ?? 20);
const ports: Readonly<Record<string, number>> = { a: 18_694, b: 18_695 };
const address = "127.0.0.1";

/** A line that a node writes down. */
interface Line {
  readonly wallMs: number;
  readonly nodes?: readonly { readonly name: string; readonly status: string }[];
}

/** A node, running. */
class Node {
  readonly lines: Line[] = [];
  readonly ended: Promise<unknown>;
  readonly child: Deno.ChildProcess;
  #news: () => void = () => {};

  constructor(name: string, times: typeof settings[number], scratch: string) {
    const folder = `${scratch}/${name}`;
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(`${folder}/authkeys`, "auth 1\n1 sha1 measured\n", { mode: 0o600 });
    const other = name === "a" ? "b" : "a";
    const config = {
      ...times,
      node: name,
      nodes: ["a", "b"],
      initdeadMs: 10_000,
      authkeys: `${folder}/authkeys`,
      state: `${folder}/state`,
      media: [{
        link: "lo",
        plugin: "medium/ucast",
        config: { address, port: ports[name], peers: [{ address, port: ports[other] }] },
      }],
    };
    const code = ["plugins", "pils", "metadata"].map((part) => project + part);
    this.child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--quiet",
        `--config=${project}deno.json`,
        `--allow-net=${address}`,
        `--allow-read=${[...code, folder].join(",")}`,
        `--allow-write=${folder}`,
        `${project}tests/interop/heartbeat_node.ts`,
        JSON.stringify(config),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.ended = Promise.all([this.#read(), this.child.status]);
  }

  /** The first line from `at` on that says this of a node. */
  async says(node: string, status: string, at: number, withinMs: number): Promise<Line> {
    const end = Date.now() + withinMs;
    for (;;) {
      const found = this.lines.find((line) =>
        line.wallMs >= at && line.nodes?.some((one) => one.name === node && one.status === status)
      );
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`nobody says that ${node} is ${status}`);
      const timer = Promise.withResolvers<void>();
      const timeout = setTimeout(timer.resolve, 50);
      await Promise.race([timer.promise, new Promise<void>((resolve) => this.#news = resolve)]);
      clearTimeout(timeout);
    }
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.lines.push(JSON.parse(line));
      this.#news();
    }
  }
}

async function measure(times: typeof settings[number], scratch: string): Promise<string> {
  const survivor = new Node("a", times, scratch);
  const took: number[] = [];
  let falseDeaths = 0;
  try {
    for (let kill = 0; kill < kills; kill++) {
      const from = Date.now();
      const victim = new Node("b", times, scratch);
      await survivor.says("b", "active", from, 20_000);
      const settled = Date.now() + 300 + Math.random() * times.keepaliveMs;
      while (Date.now() < settled) await new Promise((resolve) => setTimeout(resolve, 1));
      falseDeaths += survivor.lines.filter((line) =>
        line.wallMs >= settled - 300 &&
        line.nodes?.some(({ name, status }) => name === "b" && status === "dead")
      ).length;
      const at = Date.now();
      victim.child.kill("SIGKILL");
      took.push((await survivor.says("b", "dead", at, 5_000)).wallMs - at);
      await victim.ended;
    }
  } finally {
    survivor.child.kill("SIGKILL");
    await survivor.ended;
  }
  return summary(took, falseDeaths);
}

function summary(took: readonly number[], falseDeaths: number): string {
  const sorted = [...took].sort((x, y) => x - y);
  const median = sorted[Math.floor(sorted.length / 2)];
  return `minimum ${sorted[0]} ms, median ${median} ms, maximum ${sorted.at(-1)} ms, ` +
    `${falseDeaths} false deaths, ${sorted.length} kills`;
}

const scratch = Deno.makeTempDirSync({ prefix: "detection_" });
const lacks = lacking();
try {
  for (const times of settings) {
    const { deadtimeMs, keepaliveMs } = times;
    console.log(`deadtime ${deadtimeMs} ms, keepalive ${keepaliveMs} ms`);
    console.log(`  ours  ${await measure(times, scratch)}`);
    if (lacks !== undefined) {
      console.log(`  C     not measured: ${lacks}`);
      continue;
    }
    const { took, falseDeaths } = await measureC(times, kills, scratch);
    console.log(`  C     ${summary(took, falseDeaths)}`);
  }
} finally {
  Deno.removeSync(scratch, { recursive: true });
}
