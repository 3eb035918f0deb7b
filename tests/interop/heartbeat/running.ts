/**
 * A program within a node's namespaces that writes one JSON object a line: a heartbeat of ours, or a
 * client.
 *
 * @module
 */

/** A line of `heartbeat_node.ts` or `heartbeat_client.ts`. */
export interface Line {
  readonly pid?: number;
  readonly wallMs?: number;
  readonly nodes?: readonly { readonly name: string; readonly status: string }[];
  /** What came from whom: how many, the last number, how many times not the one expected. */
  readonly heard?: Readonly<Record<string, Heard>>;
  readonly said?: number;
  /** Messages that the daemon delivered twice or too late. */
  readonly dropped?: number;
  /** Messages that wait for earlier ones. */
  readonly held?: number;
  readonly event?: string;
  /** What `heartbeat_capture.ts` found. */
  readonly captured?: Captured;
  readonly status?: { readonly counters?: Counters };
  /** What a client of a measurement found. */
  readonly measured?: Measured;
}

/** Ordered messages of one size between clients. */
export interface Measured {
  readonly bytes: number;
  /** Messages a second that all receivers had. */
  readonly perSecond: number;
  /** Milliseconds until the first answer. */
  readonly p50: number;
  readonly p99: number;
}

/** Packets of C nodes, taken apart. */
export interface Captured {
  readonly packets: number;
  /** Packed as a whole. */
  readonly packed: number;
  /** With an inner signature. */
  readonly inner: number;
  /** Different odd messages. */
  readonly odds: number;
  readonly wrong: readonly string[];
}

/** What came of one sender. */
export interface Heard {
  readonly count: number;
  readonly next: number;
  readonly disorder: number;
}

/** Counters of our heartbeat. */
export interface Counters {
  readonly resent: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
}

/** A program, running. */
export class Running {
  readonly lines: Line[] = [];
  readonly ended: Promise<unknown>;
  readonly #child: Deno.ChildProcess;
  #text = "";

  constructor(command: Deno.Command) {
    this.#child = command.spawn();
    this.ended = Promise.all([this.#read(), this.#child.status]);
  }

  /** Its number within its node. */
  get pid(): number | undefined {
    return this.lines.find((line) => line.pid !== undefined)?.pid;
  }

  /** Number of the program that brought it into its node's namespaces. */
  get outside(): number {
    return this.#child.pid;
  }

  /** Sends it a signal. */
  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** What a heartbeat of ours said last of a node. */
  sees(name: string): string | undefined {
    return this.lines.findLast((line) => line.nodes)?.nodes?.find((node) => node.name === name)
      ?.status;
  }

  /** When it first said, from `at` on, that a node is dead. */
  sawDead(name: string, at: number): number | undefined {
    return this.lines.find((line) =>
      (line.wallMs ?? 0) >= at &&
      (line.event === `status ${name} dead` ||
        line.nodes?.some((node) => node.name === name && node.status === "dead"))
    )?.wallMs;
  }

  /** What it has heard so far. */
  get heard(): Readonly<Record<string, Heard>> {
    return this.lines.findLast((line) => line.heard)?.heard ?? {};
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (this.#text + text).split("\n");
      this.#text = lines.pop() ?? "";
      for (const line of lines) {
        try {
          this.lines.push(JSON.parse(line));
        } catch {
          // What the shell says when it is ended.
        }
      }
    }
  }
}
