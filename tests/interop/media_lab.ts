/**
 * What the tests of media share: nodes in network namespaces of their own, our nodes as processes,
 * and a list of cases that are run one after another.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { flagsOf, type Grant } from "../../daemons/site/flags.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { filePath } from "../../pils/found.ts";
import { lab } from "./heartbeat/lab.ts";

/** The project's folder, without a slash at its end. */
export const project = filePath(new URL("../..", import.meta.url));
/** Where cases keep their files; removed at the end, kept in `.test` where a case failed. */
export const scratch = Deno.makeTempDirSync({ prefix: "media_" });
export const keepaliveMs = 100;
export const deadtimeMs = 500;

/** A node as one of ours tells of it. */
export interface Seen {
  readonly name: string;
  readonly status: string;
  readonly generation: number;
  /** Links that are up. */
  readonly links: readonly string[];
}

interface Line {
  readonly wallMs?: number;
  readonly nodes?: readonly Seen[];
  readonly said?: number;
  readonly gap?: {
    readonly from: string;
    readonly expected: number;
    readonly number: number;
    /** Its sender was taken for dead since its last message came. */
    readonly wasDead: boolean;
  };
  readonly heard?: Readonly<Record<string, { readonly count: number; readonly disorder: number }>>;
  readonly status?: { readonly counters?: Readonly<Record<string, unknown>> };
}

/** Runs a script of the shell, with words as `$1`...; gives what it wrote. */
export async function sh(script: string, ...words: readonly string[]): Promise<string> {
  const { stdout, stderr, success, code } = await new Deno.Command("bash", {
    args: ["-c", script, "bash", ...words],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stdout).trim();
  if (success) return text;
  throw new Error(`code ${code}: ${new TextDecoder().decode(stderr).trim() || text}`);
}

/** The words that begin a command of C heartbeat's lab, with these variables. */
export const labWords = (variables: Readonly<Record<string, string>>): readonly string[] => [
  "env",
  ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
  "bash",
  lab,
];

/** Runs a command of that lab; gives what it wrote. */
export async function inLab(
  variables: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<string> {
  const out = `${scratch}/out`;
  // `up` leaves children behind that keep its output open: a file does not wait for them.
  const script = 'out=$1; shift; "$@" > "$out" 2>&1 < /dev/null; true';
  await sh(script, out, ...labWords(variables), ...words);
  return Deno.readTextFileSync(out).trim();
}

/** How one of our nodes is started. */
export interface NodePlan {
  readonly name: string;
  readonly nodes: readonly string[];
  /** Words before the command: `ip netns exec ...`. */
  readonly within?: readonly string[];
  readonly media: readonly unknown[];
  readonly pings?: readonly unknown[];
  readonly deadpingMs?: number;
  readonly keepaliveMs?: number;
  readonly deadtimeMs?: number;
  readonly initdeadMs?: number;
  readonly chatMs?: number;
  readonly register?: string;
  readonly auth?: string;
  /** Endpoints of its media. */
  readonly net?: readonly string[];
}

/** A node of ours, running. */
export class OurNode {
  readonly name: string;
  readonly lines: Line[] = [];
  readonly ended: Promise<unknown>;
  readonly #child: Deno.ChildProcess;
  #text = "";

  constructor(readonly plan: NodePlan) {
    this.name = plan.name;
    this.#child = commandOf(plan).spawn();
    this.ended = Promise.all([this.#read(), this.#child.status]);
  }

  sees(name: string): Seen | undefined {
    return this.lines.findLast((line) => line.nodes)?.nodes?.find((node) => node.name === name);
  }

  /** When it first reported this of a node, after a moment; milliseconds since 1970. */
  saw(name: string, status: string, since: number): number | undefined {
    return this.lines.find(({ wallMs = 0, nodes }) =>
      wallMs >= since && nodes?.some((node) => node.name === name && node.status === status)
    )?.wallMs;
  }

  /** Messages of another node that came, and how many out of order, as last reported. */
  heard(from: string): { readonly count: number; readonly disorder: number } {
    return this.lines.findLast((line) => line.heard)?.heard?.[from] ?? { count: 0, disorder: 0 };
  }

  /** As a crash does. */
  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* gone */ }
    await this.ended;
    const lines = this.lines.map((line) => `${JSON.stringify(line)}\n`);
    Deno.writeTextFileSync(`${scratch}/${this.name}/lines.jsonl`, lines.join(""), { append: true });
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (this.#text + text).split("\n");
      this.#text = lines.pop() ?? "";
      for (const line of lines) this.lines.push(JSON.parse(line));
    }
  }
}

/** Media that are processes of their own are started by the node. */
const isolated = (plan: NodePlan): boolean =>
  JSON.stringify([plan.media, plan.pings]).match(/medium\/(serial|corosync|ping|disk)/) !== null;

function commandOf(plan: NodePlan): Deno.Command {
  const { name, within = [], net = [], register, auth = "sha1 labkey", ...rest } = plan;
  const state = `${scratch}/${name}`;
  Deno.mkdirSync(state, { recursive: true });
  Deno.writeTextFileSync(`${state}/authkeys`, `auth 1\n1 ${auth}\n`, { mode: 0o600 });
  const config = {
    keepaliveMs,
    deadtimeMs,
    initdeadMs: 3_000,
    ...rest,
    node: name,
    authkeys: `${state}/authkeys`,
    state: `${state}/heartbeat`,
    ...(register === undefined ? {} : { register }),
  };
  const sockets = register === undefined ? [] : [register];
  const grant: Grant = {
    net: [...net, ...sockets.map((path) => `unix:${path}`)],
    read: [project, scratch, ...sockets],
    write: [scratch, ...sockets],
    ...(isolated(plan)
      ? { run: [Deno.execPath(), "/bin/sh"], env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"] }
      : {}),
  };
  return new Deno.Command("bash", {
    // The shell becomes the node, so that to kill the child is to kill the node.
    args: ["-c", 'exec "$@" 2>> "$0"', `${state}/log`, ...within, Deno.execPath(), "run"].concat([
      "--no-prompt",
      "--quiet",
      "--cached-only",
      `--config=${project}/deno.json`,
      ...flagsOf(grant),
      `${project}/tests/interop/heartbeat_node.ts`,
      JSON.stringify(config),
    ]),
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  });
}

/** Nodes on two networks: namespaces around a switch, with IPv4 and IPv6 addresses. */
export class Network {
  readonly prefix = `hm${Deno.pid % 100_000}_`;

  constructor(readonly count: number) {}

  async up(): Promise<void> {
    await sh(
      `set -e
P=$1
ip netns add "\${P}sw"
ip -n "\${P}sw" link set lo up
for l in 0 1; do
  ip -n "\${P}sw" link add br$l type bridge forward_delay 0 mcast_snooping 0
  ip -n "\${P}sw" link set br$l up
  ip -n "\${P}sw" addr add 10.78.$l.254/24 dev br$l
  ip -n "\${P}sw" addr add fd78:$l::fe/64 dev br$l nodad
done
for i in $(seq 1 "$2"); do
  ip netns add "$P$i"
  ip -n "$P$i" link set lo up
  for l in 0 1; do
    ip -n "\${P}sw" link add v\${i}_$l type veth peer name eth$l netns "$P$i"
    ip -n "\${P}sw" link set v\${i}_$l master br$l up
    ip -n "$P$i" link set eth$l up
    ip -n "$P$i" addr add 10.78.$l.$i/24 brd 10.78.$l.255 dev eth$l
    ip -n "$P$i" addr add fd78:$l::$i/64 dev eth$l nodad
    ip -n "$P$i" addr add fe80::78:$i/64 dev eth$l nodad
    ip -n "$P$i" -6 route add ff05::78:$l/128 dev eth$l table local
  done
done`,
      this.prefix,
      String(this.count),
    );
  }

  async down(): Promise<void> {
    await sh(
      'for i in $(seq 1 "$2") sw; do ip netns del "$1$i" 2>/dev/null; done; true',
      this.prefix,
      String(this.count),
    );
  }

  /** Words that put a command into a node's namespace. */
  within(node: number | "sw"): string[] {
    return ["ip", "netns", "exec", `${this.prefix}${node}`];
  }

  /** Pulls a cable, or plugs it in. */
  async link(node: number, link: 0 | 1, state: "up" | "down"): Promise<void> {
    await sh('ip -n "$1" link set "$2" "$3"', `${this.prefix}sw`, `v${node}_${link}`, state);
  }
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds. */
export async function until(
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

/** Waits until each of them says `active` of all. */
export async function allActive(nodes: readonly OurNode[], withinMs = 15_000): Promise<void> {
  const missing = () =>
    nodes.flatMap((node) =>
      node.plan.nodes.filter((name) => node.sees(name)?.status !== "active")
        .map((name) => `${node.name} says ${node.sees(name)?.status} of ${name}`)
    );
  await until(() => missing().length === 0, withinMs, "not everybody is active").catch((error) => {
    throw new Error(`${error.message}: ${missing().join(", ")}${logs(nodes)}`);
  });
}

/** The ends of their logs, for who has to find out what went wrong. */
function logs(nodes: readonly OurNode[]): string {
  return nodes.map(({ name }) => {
    const text = Deno.readTextFileSync(`${scratch}/${name}/log`).trim();
    return `\n--- ${name}\n${text.split("\n").slice(-12).join("\n")}`;
  }).join("");
}

/** No node ever said `dead` of another since then. */
export function noDeath(nodes: readonly OurNode[], since: number): void {
  for (const node of nodes) {
    for (const name of node.plan.nodes) {
      if (node.saw(name, "dead", since) !== undefined) {
        throw new Error(`${node.name} took ${name} for dead${logs([node])}`);
      }
    }
  }
}

/**
 * No message was ever lost or doubled between two nodes that lived. What is lost by a death is not
 * counted here: whether somebody might die is for {@linkcode noDeath}.
 */
export function noneLost(nodes: readonly OurNode[]): void {
  for (const node of nodes) {
    for (const { gap } of node.lines) {
      if (gap === undefined || gap.wasDead && gap.number > gap.expected) continue;
      const { from, expected, number } = gap;
      throw new Error(
        `${node.name} got ${number} of ${from} in place of ${expected}${logs([node])}`,
      );
    }
  }
}

/** One case: what is done, and what to say of it. */
export interface Case {
  readonly name: string;
  readonly act: () => Promise<string>;
}

/** Whether this is root, in whose hands namespaces are. */
export async function isRoot(): Promise<boolean> {
  return await sh("id -u") === "0";
}

/** Keeps what a case wrote; gives the folder. */
async function keep(name: string): Promise<string> {
  const kept = `${project}/.test/failed_${name.replaceAll(" ", "_")}_${Date.now()}`;
  await sh('mkdir -p "$2" && cp -r "$1"/. "$2"', scratch, kept);
  return kept;
}

/** Runs the cases that `--only NAME` asks for, all if it is not there; ends the process. */
export async function runCases(cases: readonly Case[], skipped?: string): Promise<never> {
  const { only } = parseArgs({
    args: Deno.args,
    strict: false, // other parts have other options
    options: { only: { type: "string", multiple: true } },
  }).values;
  const wanted = (name: string) => !Array.isArray(only) || only.includes(name);
  let failed = 0;
  if (skipped !== undefined) console.log(`Skipped: ${skipped}`);
  for (const { name, act } of skipped === undefined ? cases : []) {
    if (!wanted(name)) continue;
    try {
      console.log(`ok      ${name}: ${await act()}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}: ${messageOf(error)}`);
      // What happened before is worth more than that it happened.
      console.log(`        its history: ${await keep(name)}`);
    }
  }
  Deno.removeSync(scratch, { recursive: true });
  Deno.exit(failed === 0 ? 0 : 1);
}
