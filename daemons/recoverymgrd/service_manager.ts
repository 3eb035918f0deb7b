/**
 * Tells systemd that the node runs, and that this process is still alive: a recovery manager that
 * hangs would notice no hung daemon. Without systemd nothing is done.
 *
 * The sockets of systemd need no right of ours: `systemd-notify` acts for this process.
 *
 * @module
 */

/** Milliseconds between two signs of life; `WatchdogSec` must be at least twice as long. */
export const beatMs = 10_000;

/** `$1`: what to say. Ends with 3 where nobody listens. */
export const notifyScript = `
[ -n "$NOTIFY_SOCKET" ] && command -v systemd-notify >/dev/null 2>&1 || exit 3
exec systemd-notify "$1"
`;

/** Says so whenever it is time to. */
export class ServiceManager {
  #isReady = false;
  #nobody = false;
  #busy = false;
  #saidAt = -Infinity;

  /** This process lives; `ready`: every daemon runs. Never waits. */
  beat(ready: boolean): void {
    const becomesReady = ready && !this.#isReady;
    const now = performance.now();
    if (this.#nobody || this.#busy || (!becomesReady && now - this.#saidAt < beatMs)) return;
    this.#saidAt = now;
    this.#isReady ||= ready;
    this.#busy = true;
    this.#say(becomesReady ? "READY=1" : "WATCHDOG=1").finally(() => this.#busy = false);
  }

  async #say(what: string): Promise<void> {
    try {
      const { code } = await new Deno.Command("/bin/sh", {
        args: ["-c", notifyScript, "sh", what],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).output();
      this.#nobody = code === 3;
    } catch {
      // No process could be started now; the next sign of life tries again.
    }
  }
}
