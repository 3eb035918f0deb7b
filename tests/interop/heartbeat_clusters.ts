/**
 * Clusters of C heartbeat 3.0.6 and our nodes, in network namespaces: over each medium, with each
 * method of authentication, with losses, deaths, restarts and a wrong key. The C program `cl_status`
 * is asked on both kinds of nodes.
 *
 *     deno task interop heartbeat
 *
 * Needs root, Debian's heartbeat and `../shared/lab/hb-cluster.sh`; without them it says so and ends
 * well.
 *
 * @module
 */

/** One cluster: some C nodes, then some of ours. */
interface Case {
  readonly name: string;
  readonly c: number;
  readonly ours: number;
  readonly media: "ucast" | "bcast" | "mcast";
  readonly auth: string;
  readonly extra?: string;
  /** What is done to it, and what must come of it; throws if it does not. */
  readonly act: (cluster: Cluster) => Promise<string>;
}

const deadtimeMs = 500;
const keepaliveMs = 100;
const project = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const lab = `${project}../shared/lab/hb-cluster.sh`;
/** Where C programs look for heartbeat; each node has a `/run` of its own. */
const register = "/run/heartbeat/register";
const scratch = Deno.makeTempDirSync({ prefix: "heartbeat_clusters_" });

const cases: readonly Case[] = [
  { name: "ucast sha1", c: 1, ours: 1, media: "ucast", auth: "sha1 labkey", act: quiet },
  {
    name: "bcast crc netstring",
    c: 1,
    ours: 1,
    media: "bcast",
    auth: "crc",
    extra: "MSGFMT=netstring",
    act: quiet,
  },
  { name: "mcast md5", c: 2, ours: 1, media: "mcast", auth: "md5 labkey", act: quiet },
  {
    name: "bcast zlib, two of ours",
    c: 1,
    ours: 2,
    media: "bcast",
    auth: "sha1 labkey",
    extra: "EXTRA=traditional_compression on\ncompression zlib\ncompression_threshold 1",
    act: quiet,
  },
  {
    name: "bcast bz2, 20 % lost",
    c: 1,
    ours: 2,
    media: "bcast",
    auth: "sha1 labkey",
    extra: "EXTRA=traditional_compression on\ncompression bz2\ncompression_threshold 1",
    act: lossy,
  },
  { name: "ours dies", c: 1, ours: 1, media: "ucast", auth: "sha1 labkey", act: oursDies },
  {
    name: "C dies and rejoins",
    c: 1,
    ours: 1,
    media: "ucast",
    auth: "sha1 labkey",
    act: theirsDies,
  },
  { name: "wrong key", c: 1, ours: 1, media: "ucast", auth: "sha1 labkey", act: wrongKey },
];

/** Nothing happens for a while, and nobody dies. */
async function quiet(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  await pause(6_000);
  for (const node of cluster.nodes) {
    const dead = node.lines.filter((line) => line.nodes?.some(({ status }) => status === "dead"));
    if (dead.length > 0) throw new Error(`${node.name} saw a death`);
  }
  await cluster.allActive();
  return "active and up on both sides, no death";
}

/** A fifth of all packets is lost on every node; messages between ours keep their order. */
async function lossy(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  for (let node = 1; node <= cluster.count; node++) await cluster.lab("loss", String(node), "0.2");
  await pause(10_000);
  await cluster.lab("heal");
  await pause(2_000);
  await cluster.allActive();
  const heard = cluster.nodes.map(({ lines }) => lines.findLast((line) => line.heard)?.heard ?? {});
  const disorder = heard.flatMap((by) => Object.values(by)).filter((by) => by.disorder > 0);
  if (disorder.length > 0) throw new Error(`out of order: ${JSON.stringify(heard)}`);
  return `in order: ${heard.map((by) => Object.values(by).map(({ count }) => count)).join(", ")}`;
}

/** Our node is killed; the C node must notice within its deadtime, a keepalive and a poll. */
async function oursDies(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  await pause(5_500); // A C node's own deadtime is longer at first.
  const [node] = cluster.nodes;
  const at = Date.now();
  await cluster.kill(node!);
  await until(
    async () => await cluster.clStatus(1, "nodestatus", node!.name) === "dead",
    deadtimeMs + keepaliveMs + 900,
    "the C node did not notice",
  );
  const took = Date.now() - at;
  cluster.start(node!.index);
  await cluster.allActive();
  return `noticed within ${took} ms, and taken back after a restart`;
}

/** A C node is powered off, then booted; ours must notice both. */
async function theirsDies(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  await pause(5_500);
  const [node] = cluster.nodes;
  const at = Date.now();
  await cluster.lab("crash", "1");
  await until(() => node!.sees("node1") === "dead", 3_000, "ours did not notice");
  const seen = node!.lines.findLast((line) => line.nodes)?.wallMs ?? 0;
  await cluster.lab("boot", "1");
  await cluster.lab("start", "1");
  await until(() => node!.sees("node1") === "active", 15_000, "it did not rejoin");
  await cluster.allActive();
  return `noticed ${seen - at} ms after the power went, rejoined`;
}

/** A node of ours with another key is heard by nobody and hears nobody. */
async function wrongKey(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  const [node] = cluster.nodes;
  await cluster.kill(node!);
  await pause(1_500);
  const stranger = cluster.start(node!.index, "sha1 wrongkey");
  await pause(4_000);
  if (stranger.sees("node1") === "active") throw new Error("ours took packets of another key");
  const status = await cluster.clStatus(1, "nodestatus", node!.name);
  if (status !== "dead") throw new Error(`the C node says ${status} of it`);
  return "refused on both sides";
}

/** A line that `heartbeat_node.ts` wrote. */
interface Line {
  readonly wallMs?: number;
  readonly nodes?: readonly { readonly name: string; readonly status: string }[];
  readonly heard?: Readonly<Record<string, { readonly count: number; readonly disorder: number }>>;
}

/** A node of ours, running. */
class OurNode {
  readonly name: string;
  readonly lines: Line[] = [];
  readonly ended: Promise<unknown>;
  readonly #child: Deno.ChildProcess;
  #text = "";

  constructor(readonly index: number, command: Deno.Command) {
    this.name = `node${index}`;
    this.#child = command.spawn();
    this.ended = Promise.all([this.#read(), this.#child.status]);
  }

  sees(name: string): string | undefined {
    return this.lines.findLast((line) => line.nodes)?.nodes?.find((node) => node.name === name)
      ?.status;
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (this.#text + text).split("\n");
      this.#text = lines.pop() ?? "";
      for (const line of lines) this.lines.push(JSON.parse(line));
    }
  }
}

/** A cluster of both kinds. */
class Cluster {
  nodes: OurNode[] = [];
  readonly count: number;

  constructor(readonly of: Case) {
    this.count = of.c + of.ours;
  }

  async up(): Promise<void> {
    await this.lab("up", String(this.of.c), String(this.of.ours));
    for (let index = this.of.c + 1; index <= this.count; index++) this.start(index);
  }

  async down(): Promise<void> {
    // Ends the process of every node's namespace, and with it all others.
    await this.lab("down");
    await Promise.all(this.nodes.map((node) => node.ended));
  }

  /** Starts a node of ours, in the place of one that is gone. */
  start(index: number, auth = this.of.auth): OurNode {
    const state = `${scratch}/${this.of.name.replaceAll(/\W/g, "_")}_${index}`;
    Deno.mkdirSync(state, { recursive: true });
    const authkeys = `${state}/authkeys`;
    Deno.writeTextFileSync(authkeys, `auth 1\n1 ${auth}\n`, { mode: 0o600 });
    const names = Array.from({ length: this.count }, (_, at) => `node${at + 1}`);
    const config = {
      node: `node${index}`,
      nodes: names,
      keepaliveMs,
      deadtimeMs,
      initdeadMs: 2_000,
      chatMs: 10,
      authkeys,
      state: `${state}/heartbeat`,
      register,
      media: [{ link: "eth0", plugin: `medium/${this.of.media}`, config: this.#medium(index) }],
    };
    const node = new OurNode(
      index,
      this.#command(
        ["exec", String(index), Deno.execPath(), "run", "--no-prompt", "--quiet"].concat([
          `--config=${project}deno.json`,
          "--allow-net=10.77.0.0/24:694,10.77.0.0/24:0,0.0.0.0:694,239.192.77.1:694," +
          `unix:${register}`,
          `--allow-read=${project},${scratch},${register}`,
          `--allow-write=${scratch},${register}`,
          `${project}tests/interop/heartbeat_node.ts`,
          JSON.stringify(config),
        ]),
      ),
    );
    this.nodes = [...this.nodes.filter((other) => other.index !== index), node];
    return node;
  }

  /** Ends a node of ours as a crash does; it is the only Deno in its namespace. */
  async kill(node: OurNode): Promise<void> {
    await this.lab("exec", String(node.index), "sh", "-c", "kill -9 $(pidof deno)");
    await node.ended;
  }

  /** Waits until everybody says `active` of everybody, and the C nodes `up` of our links. */
  async allActive(): Promise<void> {
    await until(
      async () => {
        for (let i = 1; i <= this.count; i++) {
          const name = `node${i}`;
          if (this.nodes.some((node) => node.sees(name) !== "active")) return false;
          // The C program asks its own daemon, and ours.
          if (await this.clStatus(1, "nodestatus", name) !== "active") return false;
          if (await this.clStatus(this.count, "nodestatus", name) !== "active") return false;
          if (i > this.of.c && await this.clStatus(1, "hblinkstatus", name, "eth0") !== "up") {
            return false;
          }
        }
        return true;
      },
      15_000,
      "not everybody is active",
    );
  }

  async clStatus(node: number, ...words: string[]): Promise<string> {
    return (await this.lab("exec", String(node), "timeout", "5", "cl_status", ...words)).trim();
  }

  async lab(...words: string[]): Promise<string> {
    // `up` leaves children behind that keep its output open: a file does not wait for them.
    const out = `${scratch}/out`;
    const script = `bash "$0" "$@" > ${out} 2>> ${scratch}/err < /dev/null`;
    await this.#command(words, ["-c", script]).spawn().status;
    return Deno.readTextFileSync(out);
  }

  #command(words: readonly string[], how: readonly string[] = []): Deno.Command {
    const [name, value] = (this.of.extra ?? "LINKS=1").split(/=(.*)/s);
    return new Deno.Command("bash", {
      args: [...how, lab, ...words],
      stdin: "null",
      stdout: how.length > 0 ? "null" : "piped",
      stderr: "null",
      env: {
        HB_LAB: "/run/hb-interop",
        PFX: "hbi",
        MEDIA: this.of.media,
        AUTH: this.of.auth,
        [name ?? ""]: value ?? "",
      },
    });
  }

  #medium(index: number): Record<string, unknown> {
    const address = `10.77.0.${index}`;
    switch (this.of.media) {
      case "bcast":
        return { address, broadcast: "10.77.0.255", port: 694 };
      case "mcast":
        return { address, group: "239.192.77.1", port: 694 };
      case "ucast": {
        const others = Array.from({ length: this.count }, (_, at) => at + 1)
          .filter((other) => other !== index);
        return {
          address,
          port: 694,
          peers: others.map((other) => ({ address: `10.77.0.${other}`, port: 694 })),
        };
      }
    }
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
  otherwise: string,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!await holds()) {
    if (Date.now() > end) throw new Error(otherwise);
    await pause(20);
  }
}

function missing(): string | undefined {
  try {
    Deno.statSync(lab);
    Deno.statSync("/usr/libexec/heartbeat/heartbeat");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const lacking = missing();
if (lacking !== undefined) {
  console.log(`Skipped: ${lacking}`);
  Deno.exit(0);
}
let failed = 0;
try {
  for (const one of cases) {
    if (Deno.args.length > 0 && !Deno.args.includes(one.name)) continue;
    const cluster = new Cluster(one);
    const what = `${one.name} (${one.c} C + ${one.ours} ours)`;
    try {
      await cluster.up();
      console.log(`ok      ${what}: ${await one.act(cluster)}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${what}: ${error instanceof Error ? error.message : error}`);
    } finally {
      await cluster.down();
    }
  }
} finally {
  Deno.removeSync(scratch, { recursive: true });
}
Deno.exit(failed === 0 ? 0 : 1);
