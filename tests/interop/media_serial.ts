/**
 * Serial lines: a C node and one of ours at the ends of one, and three nodes of ours on a ring of them.
 * The cables are pairs of pseudo-terminals; there is no network at all.
 *
 *     deno task interop media_serial
 *
 * Every packet on the ring's cables is recorded; a case that fails leaves its records, with what the
 * nodes wrote, in `.test`.
 *
 * The ring needs nothing; the C node needs root, Debian's heartbeat and `../shared/lab/hb-cluster.sh`.
 *
 * @module
 */
import { lacking, register } from "./heartbeat/lab.ts";
import {
  allActive,
  type Case,
  inLab,
  isRoot,
  labWords,
  noDeath,
  noneLost,
  OurNode,
  pause,
  project,
  runCases,
  scratch,
  sh,
  until,
} from "./media_lab.ts";

const library = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
/** What a line of 19,200 baud carries with ease. */
const times = { keepaliveMs: 1_000, deadtimeMs: 5_000, initdeadMs: 10_000 };

/** Bytes that are kept of what passes by a cable at most. */
const recordBytesMax = 16 * 1024 * 1024;

/** A cable. */
class Cable implements AsyncDisposable {
  readonly input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #recorded: Promise<void>;

  private constructor(
    readonly ends: readonly [string, string],
    readonly child: Deno.ChildProcess,
    reader: ReadableStreamDefaultReader<Uint8Array>,
    name: string | undefined,
  ) {
    this.input = child.stdin.getWriter();
    this.#reader = reader;
    this.#recorded = name === undefined ? reader.cancel() : this.#record(name);
  }

  /** @param name of the file in `scratch` that keeps what passes; else nothing is kept. */
  static async make(name?: string): Promise<Cable> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--quiet", `--allow-ffi=${library}`]
        .concat(`${project}/plugins/medium/serial/pty_pair.ts`, library)
        .concat(name === undefined ? [] : "record"),
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    return new Cable(JSON.parse(new TextDecoder().decode(value)), child, reader, name);
  }

  /** Keeps what passes, up to a bound. */
  async #record(name: string): Promise<void> {
    using file = await Deno.create(`${scratch}/${name}`);
    let left = recordBytesMax;
    for (let chunk; (chunk = (await this.#reader.read()).value) !== undefined;) {
      left -= chunk.length;
      if (left >= 0) file.writeSync(chunk);
    }
  }

  async say(word: "cut" | "join"): Promise<void> {
    await this.input.write(new TextEncoder().encode(`${word}\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.input.close();
    await this.#recorded;
    await this.child.status;
  }
}

const line = (device: string, at = 0) => ({
  link: `serial${at}`,
  plugin: "medium/serial",
  config: { device },
  line: { bytesPerSecond: 1_920 },
});

/** A C node at one end, one of ours at the other. */
async function withC(): Promise<string> {
  await using cable = await Cable.make();
  const [theirs, ours] = cable.ends;
  const variables = {
    HB_LAB: `/run/hb-media${Deno.pid}`,
    PFX: `hs${Deno.pid % 100_000}_`,
    MEDIA: "none",
    KEEPALIVE: "1000ms",
    DEADTIME: "5000ms",
    WARNTIME: "3000ms",
    INITDEAD: "10000ms",
    EXTRA_1: `baud 19200\nserial ${theirs}`,
  };
  const run = (...words: readonly string[]): Promise<string> => inLab(variables, ...words);
  const clStatus = (node: number, ...words: readonly string[]) =>
    run("exec", String(node), "timeout", "5", "cl_status", ...words);
  let node: OurNode | undefined;
  try {
    await run("up", "1", "1");
    node = new OurNode({
      name: "node2",
      nodes: ["node1", "node2"],
      within: [...labWords(variables), "exec", "2"],
      media: [line(ours)],
      register,
      ...times,
    });
    await allActive([node], 30_000);
    const from = Date.now();
    await until(
      async () =>
        await clStatus(1, "nodestatus", "node2") === "active" &&
        await clStatus(1, "hblinkstatus", "node2", theirs) === "up" &&
        await clStatus(2, "nodestatus", "node1") === "active" &&
        await clStatus(2, "hblinkstatus", "node1", "serial0") === "up",
      15_000,
      "cl_status does not say active and up on both sides",
    );
    await pause(10_000);
    noDeath([node], from);
    if (await clStatus(1, "nodestatus", "node2") !== "active") {
      throw new Error("the C node lost it");
    }
    await cable.say("cut");
    const at = Date.now();
    await until(
      async () =>
        node?.sees("node1")?.status === "dead" &&
        await clStatus(1, "nodestatus", "node2") === "dead",
      12_000,
      "the cut was not noticed on both sides",
    );
    return `active and up on both sides, no death in 10 s; both noticed the cut within ${
      Date.now() - at
    } ms`;
  } finally {
    await run("down");
    await node?.kill();
  }
}

/** Three nodes on a ring of three cables: one may be cut, by two cuts a node is lost. */
async function ring(): Promise<string> {
  await using ab = await Cable.make("cable_ab.jsonl");
  await using bc = await Cable.make("cable_bc.jsonl");
  await using ca = await Cable.make("cable_ca.jsonl");
  const lines = {
    a: [ca.ends[1], ab.ends[0]],
    b: [ab.ends[1], bc.ends[0]],
    c: [bc.ends[1], ca.ends[0]],
  };
  const nodes = Object.entries(lines).map(([name, devices]) =>
    new OurNode({
      name,
      nodes: ["a", "b", "c"],
      media: devices.map(line),
      chatMs: 3_000,
      ...times,
    })
  );
  const [a, , c] = nodes;
  try {
    await allActive(nodes, 30_000);
    const from = Date.now();
    await ca.say("cut");
    await pause(8_000);
    noDeath(nodes, from);
    const heardBefore = c!.heard("a").count;
    await pause(12_000);
    noDeath(nodes, from);
    const { count } = c!.heard("a");
    if (count <= heardBefore) throw new Error(`c heard ${count} of a in all`);
    noneLost(nodes);
    const passedOn = Number(
      nodes[1]!.lines.findLast((line) => line.status)?.status?.counters?.["passedOn"] ?? 0,
    );
    if (passedOn === 0) throw new Error("b passed nothing on");
    await bc.say("cut");
    await until(() => a!.sees("c")?.status === "dead", 12_000, "c is cut off, and nobody noticed");
    await bc.say("join");
    await allActive(nodes, 30_000);
    return `with one cable cut for 20 s nobody was lost, b passed on ${passedOn} messages, ` +
      `c heard ${count} of a in order; with two cut c was, and came back`;
  } finally {
    for (const node of nodes) await node.kill();
  }
}

/** A line is torn out at both ends, as an adapter is; another is there later by the same names. */
async function tornOut(): Promise<string> {
  const names = ["a", "b"].map((name) => `/dev/shm/line${Deno.pid}${name}`);
  const plug = (ends: readonly string[]) =>
    sh('ln -sfn "$1" "$2" && ln -sfn "$3" "$4"', ends[0]!, names[0]!, ends[1]!, names[1]!);
  const first = await Cable.make();
  await plug(first.ends);
  const nodes = names.map((device, at) =>
    new OurNode({ name: "ab"[at]!, nodes: ["a", "b"], media: [line(device)], ...times })
  );
  const [a, b] = nodes;
  try {
    await allActive(nodes, 30_000);
    await first[Symbol.asyncDispose]();
    await until(
      () => a!.sees("b")?.status === "dead" && b!.sees("a")?.status === "dead",
      12_000,
      "nobody noticed that the line has closed",
    );
    await using second = await Cable.make();
    await plug(second.ends);
    const from = Date.now();
    await allActive(nodes, 30_000);
    const took = Date.now() - from;
    for (const node of nodes.splice(0)) await node.kill();
    return `both were dead to each other, and active again ${took} ms after a new line was there`;
  } finally {
    for (const node of nodes) await node.kill();
    await sh('rm -f "$@"', ...names);
  }
}

const lacks = await isRoot() ? lacking() : "a C node needs root";
if (lacks !== undefined) console.log(`Skipped with C: ${lacks}`);
const cases: readonly Case[] = [
  ...(lacks === undefined ? [{ name: "with C", act: withC }] : []),
  { name: "ring", act: ring },
  { name: "torn out", act: tornOut },
];
await runCases(cases);
