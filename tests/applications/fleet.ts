/**
 * Many applications that send heartbeats to a real `apphbd`, and the truth of what they sent: which
 * misses it has to announce, and which it must not.
 *
 * @module
 */
import { type Application, register } from "../../daemons/apphbd/doors/client.ts";
import { commandOf } from "../../daemons/processes.ts";
import { readNodeConfig } from "../../daemons/site/node_config/read.ts";
import { pause } from "../../metadata/timer.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
/** Where the socket and the folders of the daemon are. */
export const scratch = `${project}/.test`;
/** The socket: tests are granted it. */
export const socket = `${scratch}/applications.sock`;

/** Milliseconds between two looks at what is due. */
const lookMs = 10;
/** Milliseconds that a miss may be announced late, on a machine that does other things too. */
export const toleranceMs = 3_000;

/** A time without a heartbeat, as far as the sender knows: what it sent was there between two times. */
interface Gap {
  readonly leastMs: number;
  readonly mostMs: number;
  /** When the interval was over, at the latest. */
  readonly dueMs: number;
}

/** One application. */
interface Member {
  readonly name: string;
  readonly app: Application;
  readonly periodMs: number;
  readonly intervalMs: number;
  nextMs: number;
  /** It sends nothing before. */
  silentUntilMs: number;
  calledMs: number;
  writtenMs: number;
  readonly gaps: Gap[];
  /** When each announcement of a miss was read. */
  readonly announced: number[];
  writing: boolean;
}

/** Moves the wall clock of the daemon (`wall_clock.c`). */
export interface WallClock {
  readonly library: string;
  readonly offsetFile: string;
}

const preloaded =
  'library=$1 file=$2; shift 2; LD_PRELOAD=$library WALL_CLOCK_OFFSET=$file exec "$@"';

/** What came of a run. */
export interface Verdict {
  readonly applications: number;
  readonly beats: number;
  readonly planted: number;
  /** Announcements, and those of them without a miss. */
  readonly announced: number;
  readonly falseAlarms: readonly string[];
  /** Misses that were not announced within their bound. */
  readonly silent: readonly string[];
  /** Milliseconds by which the latest was announced late. */
  readonly latestMs: number;
}

/** See the head of the file. */
export class Fleet implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #members: Member[] = [];
  readonly #byName = new Map<string, Member>();
  readonly #reading: Promise<void>;
  #beats = 0;
  #planted = 0;
  /** Hours by which the wall clock of the log was wrong. */
  readonly #hours = new Set<number>();

  private constructor(child: Deno.ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#reading = this.#read();
  }

  /** Starts the daemon, with the flags of production, and registers so many applications. */
  static async start(count: number, clock?: WallClock): Promise<Fleet> {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "applications_" });
    const text = JSON.stringify({
      ...{ cluster: "c", node: "alice", nodes: ["alice"], authkeys: `${folder}/authkeys` },
      ...{ state: `${folder}/state`, run: `${folder}/run`, applications: { socket } },
      media: [{ plugin: "medium/ucast", address: "127.0.0.1", port: 6949, peers: [] }],
    });
    const configFile = `${folder}/node.json`;
    await Deno.writeTextFile(configFile, text);
    const config = readNodeConfig(text);
    if (!config.ok) throw new Error(JSON.stringify(config.diagnostics));
    const places = { project, configFile, deno: Deno.execPath() };
    const words = commandOf("apphbd", config.value, places);
    const child = new Deno.Command(clock === undefined ? Deno.execPath() : "/bin/sh", {
      args: clock === undefined
        ? words
        : ["-c", preloaded, "sh", clock.library, clock.offsetFile, Deno.execPath(), ...words],
      env: { NO_COLOR: "1" },
      ...{ stdin: "null", stdout: "null", stderr: "piped" },
    }).spawn();
    const fleet = new Fleet(child, folder);
    for (let one = 0; one < count; one++) await fleet.#join(one, count);
    return fleet;
  }

  async #join(one: number, count: number): Promise<void> {
    const name = `app${one}`;
    const periodMs = 50 + Math.round(950 * one / Math.max(1, count - 1));
    const intervalMs = 3 * periodMs + 400;
    const app = await this.#connect(name);
    await app.setIntervalMs(intervalMs);
    const nowMs = performance.now();
    const member: Member = {
      ...{ name, app, periodMs, intervalMs, nextMs: nowMs, silentUntilMs: 0 },
      ...{ calledMs: nowMs, writtenMs: nowMs, gaps: [], announced: [], writing: false },
    };
    this.#members.push(member);
    this.#byName.set(name, member);
    if (one % 20 === 0) this.#look();
  }

  /** The daemon may still be starting. */
  async #connect(name: string): Promise<Application> {
    for (let tries = 0;; tries++) {
      try {
        return await register(socket, name);
      } catch (error) {
        if (tries >= 300) throw error;
        await pause(100);
      }
    }
  }

  /** Sends heartbeats for so long. */
  async run(ms: number): Promise<void> {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs) {
      this.#look();
      await pause(lookMs);
    }
  }

  /** So many applications miss one heartbeat each, from now on. */
  plant(count: number): void {
    const step = Math.floor(this.#members.length / count);
    for (let one = 0; one < count; one++) {
      const member = this.#members[(one * step + this.#planted * 7) % this.#members.length];
      if (member === undefined || member.silentUntilMs > performance.now()) continue;
      member.silentUntilMs = performance.now() + member.intervalMs + toleranceMs + 500;
      this.#planted++;
    }
  }

  /** Hours by which lines of the log were off: what the wall clock was moved by. */
  get hours(): readonly number[] {
    return [...this.#hours].sort((a, b) => a - b);
  }

  /** Sends a signal to the daemon. */
  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** What came of it. */
  verdict(): Verdict {
    const falseAlarms: string[] = [];
    const silent: string[] = [];
    let [announced, latestMs] = [0, 0];
    const nowMs = performance.now();
    for (const member of this.#members) {
      announced += member.announced.length;
      const open = gapOf(member, nowMs, nowMs);
      const gaps = [...member.gaps, ...(open === undefined ? [] : [open])];
      const possible = gaps.filter(({ mostMs }) => mostMs > member.intervalMs);
      for (const at of member.announced.slice(possible.length)) {
        falseAlarms.push(`${member.name} at ${Math.round(at)}`);
      }
      const certain = gaps.filter(({ leastMs }) => leastMs > member.intervalMs + toleranceMs);
      for (const { dueMs } of certain) {
        const at = member.announced.find((at) => at >= dueMs - member.intervalMs);
        if (at === undefined || at > dueMs + toleranceMs) silent.push(`${member.name} at ${dueMs}`);
        else latestMs = Math.max(latestMs, at - dueMs);
      }
    }
    const { length: applications } = this.#members;
    return {
      ...{ applications, beats: this.#beats, planted: this.#planted, announced },
      ...{ falseAlarms, silent, latestMs: Math.round(latestMs) },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { app } of this.#members) app.hangUp();
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#reading;
    await Deno.remove(this.#folder, { recursive: true });
    await Deno.remove(socket).catch(() => {});
  }

  #look(): void {
    const nowMs = performance.now();
    for (const member of this.#members) {
      if (member.nextMs > nowMs || member.silentUntilMs > nowMs || member.writing) continue;
      member.nextMs = Math.max(member.nextMs + member.periodMs, nowMs + member.periodMs / 2);
      void this.#beat(member);
    }
  }

  async #beat(member: Member): Promise<void> {
    const calledMs = performance.now();
    member.writing = true;
    await member.app.beat();
    member.writing = false;
    this.#beats++;
    const gap = gapOf(member, calledMs, performance.now());
    if (gap !== undefined) member.gaps.push(gap);
    member.calledMs = calledMs;
    member.writtenMs = performance.now();
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      const nowMs = performance.now();
      for (const line of lines) {
        const [, name = ""] = / apphbd: warning: (\S+) .*missed its heartbeat/.exec(line) ?? [];
        this.#byName.get(name)?.announced.push(nowMs);
        const offMs = Date.parse(line.slice(0, line.indexOf(" "))) - Date.now();
        if (!Number.isNaN(offMs)) this.#hours.add(Math.round(offMs / 3_600_000));
      }
    }
  }
}

/** The time since the last heartbeat, if it may be a miss. */
function gapOf(
  { calledMs, writtenMs, intervalMs }: Member,
  fromMs: number,
  toMs: number,
): Gap | undefined {
  const mostMs = toMs - calledMs;
  if (mostMs <= intervalMs) return undefined;
  return { leastMs: fromMs - writtenMs, mostMs, dueMs: writtenMs + intervalMs };
}
