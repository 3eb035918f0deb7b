/**
 * A shell that runs one program after another: recurring operations of any resource.
 *
 * A copy of a Deno process, to become a shell, to become the program, costs as much processor time as
 * the monitor of a simple agent itself. This shell stays, and copies only itself. It reads its orders
 * as a script, so no program sees those of another, and tells the exit code behind a mark in the output
 * that no program knows.
 *
 * It is the leader of the process group of what it runs. What is over its time is ended with that group,
 * the shell included; the next operation gets another one.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../../../metadata/timer.ts";
import { MarkedStream } from "./marked_stream.ts";
import { shell } from "./program.ts";

/** Programs that one shell runs. */
export const runsMax = 1_000;
/** Milliseconds that a shell has to end when its orders have. */
const leaveMs = 500;
const encoder = new TextEncoder();

/** `k`: the mark. `m`: writes it with the exit code. `t`: makes the folder for files of agents. */
const preamble = (mark: string): string =>
  `k=${mark}
ulimit -S -d unlimited 2>/dev/null
exec 3>&2
if [ -n "$BASH_VERSION" ]; then exec 2>/dev/null; else exec 2>&1; fi
m() { printf '\\001%s %s\\n' "$k" "$1"; printf '\\001%s %s\\n' "$k" "$1" >&3; }
t() { [ -z "$HA_RSCTMP" ] || [ -d "$HA_RSCTMP" ] || mkdir -p -m 755 "$HA_RSCTMP" 2>/dev/null; }
`;

/** How a program ended, or the shell with it. */
export interface ProgramEnd {
  readonly code: number;
  readonly signal?: string;
  /** The shell has ended too, so nothing says that all output was read. */
  readonly shellEnded: boolean;
}

/** Takes what a program writes. */
export interface Takers {
  readonly stdout: (chunk: Uint8Array) => void;
  readonly stderr: (chunk: Uint8Array) => void;
  /** Waited for after so many bytes, so that a program which never stops writing lets others run. */
  readonly rest: (bytes: number) => Promise<void> | undefined;
}

/** See the head of the file. */
export class SharedShell {
  readonly child: Deno.ChildProcess;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: MarkedStream;
  readonly #stderr: MarkedStream;
  /** What is read of the program of the moment. */
  #read: Promise<unknown> = Promise.resolve();
  #runs = 0;
  #ended = false;
  #over: ((status: Deno.CommandStatus) => void) | undefined;

  /** Starts it. @throws {Error} if no shell can be started */
  constructor() {
    const mark = crypto.randomUUID();
    this.child = new Deno.Command(shell, {
      args: ["-s"],
      clearEnv: true,
      cwd: "/",
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    this.#orders = this.child.stdin.getWriter();
    this.#stdout = new MarkedStream(this.child.stdout, mark);
    this.#stderr = new MarkedStream(this.child.stderr, mark);
    void this.child.status.then((status) => {
      this.#ended = true;
      this.#over?.(status);
    });
    this.#order(preamble(mark));
  }

  /** Whether it can run one more. */
  get isUsable(): boolean {
    return !this.#ended && this.#runs < runsMax;
  }

  /** Runs a program to its end, or to the shell's. One at a time. */
  async run(order: string, { stdout, stderr, rest }: Takers): Promise<ProgramEnd> {
    this.#runs++;
    const over = Promise.withResolvers<ProgramEnd>();
    this.#over = ({ code, signal }) =>
      over.resolve({ code, ...(signal === null ? {} : { signal }), shellEnded: true });
    this.#order(order);
    const programs = [this.#stdout.program(stdout, rest), this.#stderr.program(stderr, rest)];
    this.#read = Promise.all(programs).then(([code]) => {
      if (code !== undefined) over.resolve({ code, shellEnded: false });
    });
    const end = await over.promise;
    this.#over = undefined;
    return end;
  }

  /** Reads what a program that ended with its shell has left in the pipes; others may hold them. */
  async drained(ms: number): Promise<void> {
    await withinMs(ms, this.#read);
  }

  /** Lets go of it: it ends when it has nothing to run. Resolves soon, whatever it does. */
  async close(): Promise<void> {
    await Promise.all([
      this.#stdout.cancel(),
      this.#stderr.cancel(),
      this.#orders.close().catch(() => {}),
    ]);
    await this.#read;
    await withinMs(leaveMs, this.child.status);
  }

  #order(text: string): void {
    // Its status reports its end.
    this.#orders.write(encoder.encode(text)).catch(() => {});
  }
}

async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  const done = Promise.withResolvers<void>();
  const timer = setTimer(done.resolve, ms);
  await Promise.race([work, done.promise]);
  clearTimer(timer);
}
