/**
 * Runs the scripts that recover applications: as the user of the application, in a process group of
 * their own, each within its time.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";
import { killGroup } from "../../pils/child.ts";
import { systemPath } from "../site/clean_environment.ts";
import type { ScriptRun } from "./applications.ts";

/**
 * A process is known by its number and its start (the 20th word behind its name in its `stat`). One
 * that ended, or whose number was given to another, is not named to the script. A shell looks and
 * kills without a process between, so no number can go round meanwhile.
 */
const launch = `umask 022
${systemPath}
pid=$1 started=$2 uid=$3 gid=$4 kill=$5 script=$6 argument=$7
lives() {
  [ "$pid" -gt 1 ] && [ "$started" -gt 0 ] || return 1
  [ -r "/proc/$pid/stat" ] && read -r stat <"/proc/$pid/stat" || return 1
  set -f
  set -- \${stat##*) }
  [ "$1" != Z ] && [ "\${20}" = "$started" ]
}
if lives && [ "$kill" = true ]; then
  kill -s KILL "$pid"
  tries=0
  while lives && [ $tries -lt 40 ]; do sleep 0.05; tries=$((tries + 1)); done
fi
lives || pid=
[ "$(id -u)" = "$uid" ] && exec env -i "PATH=$PATH" "$script" "$pid" "$argument"
exec setpriv "--reuid=$uid" "--regid=$gid" --clear-groups -- \\
  env -i "PATH=$PATH" "$script" "$pid" "$argument"`;

/** Scripts under way, by the name of their application. */
export class Scripts {
  readonly #running = new Map<
    string,
    { readonly process: Deno.ChildProcess; readonly timer: Timer }
  >();
  readonly #done: (name: string, error: string) => void;

  /** @param done `error`: how it failed; empty: it did not. */
  constructor(done: (name: string, error: string) => void) {
    this.#done = done;
  }

  run(run: ScriptRun): void {
    const { name, script, argument, uid, gid, pid, started, kill, timeoutMs } = run;
    if (this.#running.has(name)) return;
    const words = [pid, started, uid, gid, kill, script, argument].map(String);
    const process = new Deno.Command("/bin/sh", {
      args: ["-c", launch, "sh", ...words],
      clearEnv: true,
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let isLate = false;
    const timer = setTimer(() => {
      isLate = true;
      // What its script has started is not to outlive its time.
      void killGroup(process);
    }, timeoutMs);
    this.#running.set(name, { process, timer });
    void process.status.then(({ code, signal }) => {
      clearTimer(timer);
      this.#running.delete(name);
      this.#done(
        name,
        isLate
          ? `did not end within ${timeoutMs} ms; it was killed with its process group`
          : signal !== null
          ? `was ended by ${signal}`
          : code === 0
          ? ""
          : `ended with code ${code}`,
      );
    });
  }

  /** Kills what still runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ process, timer }) => {
      clearTimer(timer);
      return killGroup(process);
    }));
  }
}
