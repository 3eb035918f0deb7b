/**
 * The smallest world: for unit tests of a few machines, on the runtime of production. Time passes
 * when the test says so; a value is on disk at once, unless the test says when; plugins are functions
 * of the test.
 *
 * @example
 * ```ts
 * const time = new SmallTime();
 * const machines = new MachineProcess({
 *   process: "test",
 *   node: "a",
 *   machines: [machine],
 *   host: smallHost({ time }),
 *   stopped: () => {},
 *   failed: (_service, error) => { throw error; },
 * });
 * machines.start();
 * time.pass(1_000);
 * ```
 *
 * @module
 */
import type { Host, HostPlugin, LoadRequest, Timer } from "../host.ts";
import type { Log } from "../log.ts";

interface Due {
  readonly atMs: number;
  run: (() => void) | undefined;
}

/** Time that several hosts share. */
export class SmallTime {
  #nowMs: number;
  readonly #due: Due[] = [];

  constructor(nowMs = 1_000) {
    this.#nowMs = nowMs;
  }

  /** Milliseconds. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Lets something happen once, `inMs` from now; what is due at one time happens in order. */
  after(inMs: number, run: () => void): Timer {
    const due: Due = { atMs: this.#nowMs + Math.max(0, inMs), run };
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#due[middle]!.atMs <= due.atMs) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, due);
    return { cancel: () => due.run = undefined };
  }

  /** Lets time pass; what is due happens in order. `between`: what to do after each of it. */
  pass(ms: number, between: () => void = () => {}): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#due[0]; next !== undefined && next.atMs <= untilMs; next = this.#due[0]) {
      this.#due.shift();
      const { run } = next;
      if (run === undefined) continue;
      this.#nowMs = next.atMs;
      next.run = undefined;
      run();
      between();
    }
    this.#nowMs = untilMs;
  }
}

/** What a small host is made of. */
export interface SmallHostOptions {
  readonly time: SmallTime;
  /** The values of its one machine; they outlive the machine. */
  readonly disk?: Map<string, Uint8Array>;
  readonly log?: Log;
  /** Makes a plugin, or throws why there is none. Without it no plugin can be had. */
  readonly plugin?: (request: LoadRequest) => HostPlugin;
  /** Randomness; 1 if left out. */
  readonly seed?: () => number;
  /** What the wall clock shows; that of `time` if left out. */
  readonly wallMs?: () => number;
  /** When a value is on disk: at once if left out. */
  readonly synced?: (done: () => void) => void;
  /** Runs what is due, or keeps it for later: for a process that stands still. */
  readonly whenRunning?: (run: () => void) => void;
}

/** Makes the host of one process. */
export function smallHost(options: SmallHostOptions): Host {
  const { time, disk, log = () => {}, plugin, seed = () => 1, synced = (done) => done() } = options;
  const { wallMs = () => time.nowMs, whenRunning = (run) => run() } = options;
  const after = (inMs: number, run: () => void): Timer => {
    let isCancelled = false;
    const timer = time.after(inMs, () => whenRunning(() => isCancelled || run()));
    return {
      cancel() {
        isCancelled = true;
        timer.cancel();
      },
    };
  };
  return {
    log,
    now: () => time.nowMs,
    wallMs,
    seed,
    after,
    store: () =>
      disk && {
        saved: new Map(disk),
        save(key, value, done) {
          if (value === undefined) disk.delete(key);
          else disk.set(key, value.slice());
          synced(done);
        },
      },
    load(request, done) {
      if (plugin === undefined) done({ ok: false, error: "this host has no plugins" });
      else after(0, () => done({ ok: true, plugin: plugin(request) }));
    },
  };
}
