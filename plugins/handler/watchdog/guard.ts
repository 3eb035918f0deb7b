/**
 * A guard: a shell in a separate process, which waits for bytes on its standard input. A hung
 * caller sends none, and the guard does not depend on it in any other way.
 *
 * @module
 */
import type { Host } from "../../../pils/plugin.ts";
import type { Watchdog, WatchdogEvent } from "./contract.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";

/** Milliseconds that a guard is waited for when it is to end. */
const endMs = 1_000;

/** What a guard does; words of a shell, with `$1`, `$2`... as given. */
export interface GuardScript {
  /** Once, at the start. */
  readonly begin: string;
  /** For each pet. */
  readonly pet: string;
  /** When nothing came for `$1` seconds; afterwards the guard ends. */
  readonly bite: string;
  /** When it is disarmed; afterwards the guard ends. */
  readonly disarm: string;
  /** When the input ends without that: the watched process has died. */
  readonly orphan: string;
  /** The meaning of its exit codes if it ends unexpectedly. */
  readonly ends?: Readonly<Record<number, string>>;
}

/**
 * A watchdog made of a guard.
 *
 * @param timeoutMs how long it waits; `$1` in seconds.
 * @param words `$2` and so on.
 */
export function guardedBy(
  script: GuardScript,
  timeoutMs: number,
  words: readonly string[],
  host: Host<WatchdogEvent>,
): Watchdog & { close(): Promise<void> } {
  let guard: Guard | undefined;
  return {
    async arm() {
      if (guard === undefined) guard = new Guard(script, timeoutMs, words, host);
      else await guard.say("p");
    },
    async pet() {
      await guard?.say("p");
    },
    async disarm() {
      await guard?.end("d");
      guard = undefined;
    },
    async close() {
      // Without "d": what watches a device leaves it armed.
      await guard?.end("");
      guard = undefined;
    },
  };
}

class Guard {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #ending = false;

  constructor(
    script: GuardScript,
    timeoutMs: number,
    words: readonly string[],
    host: Host<WatchdogEvent>,
  ) {
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", textOf(script), "guard", String(timeoutMs / 1000), ...words],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin" },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#child.status.then(({ code }) => {
      if (this.#ending) return;
      const why = script.ends?.[code] ?? `the guard ended with code ${code}`;
      host.emit({ type: "trouble", why });
    });
  }

  async say(letter: string): Promise<void> {
    try {
      await this.#input.write(new TextEncoder().encode(letter));
    } catch {
      // The guard is gone; its end has been reported.
    }
  }

  async end(letter: string): Promise<void> {
    this.#ending = true;
    if (letter !== "") await this.say(letter);
    await this.#input.close().catch(() => {});
    // A guard that holds a device after the daemon's end is to outlive it.
    this.#child.unref();
    let timer: Timer | undefined;
    const patience = new Promise<void>((resolve) => timer = setTimer(resolve, endMs));
    await Promise.race([this.#child.status, patience]);
    clearTimer(timer);
  }
}

/** The guard's whole script. One read takes all the pets there are, so that none is left for later. */
const textOf = ({ begin, pet, bite, disarm, orphan }: GuardScript): string => `
${begin}
while :; do
  said=$(timeout "$1" dd bs=4096 count=1 2>/dev/null)
  if [ $? -eq 124 ]; then
    ${bite}
    exit 0
  fi
  case "$said" in
    *d*) ${disarm}; exit 0;;
    "") ${orphan}; exit 0;;
    *) ${pet};;
  esac
done`;
