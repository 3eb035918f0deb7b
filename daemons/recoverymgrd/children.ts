/**
 * The children of the recovery manager: processes with exactly the flags of their daemon.
 *
 * Each is started with a umask of 077, so that sockets and files are private from their first
 * moment, and with a pipe as its standard input, which ends when this process ends: then the
 * child ends too, however this one died.
 *
 * @module
 */
import type { Api } from "../../pils/plugin.ts";
import { commandOf, type Places, type ProcessName } from "../site/flags.ts";
import { untilStdinEnds } from "../runtime/parent.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import type { ChildEnded } from "./core.ts";

/** Sets the umask, asks the kernel to end the child with its parent where it can, becomes Deno. */
const launch = `umask 077
command -v setpriv >/dev/null 2>&1 && exec setpriv --pdeathsig KILL -- "$@"
exec "$@"`;

/** Makes what `load` of `children` gives. Needs `run` of `/bin/sh`. */
export function children(config: NodeConfig, places: Places) {
  return (emit: (event: unknown) => void): Api => {
    const running = new Map<string, Deno.ChildProcess>();
    const signal = (child: string, name: Deno.Signal) => {
      try {
        running.get(child)?.kill(name);
      } catch {
        // It ended meanwhile: its end is told by its status.
      }
    };
    return {
      start(child: ProcessName) {
        const command = [places.deno, ...commandOf(child, config, places), untilStdinEnds];
        const process = new Deno.Command("/bin/sh", {
          args: ["-c", launch, "sh", ...command],
          env: { HA_NODE: `${config.cluster}/${config.node}`, NO_COLOR: "1" },
          stdin: "piped",
          stdout: "null",
          stderr: "inherit",
        }).spawn();
        running.set(child, process);
        void process.status.then(async ({ code, signal }) => {
          running.delete(child);
          await process.stdin.abort().catch(() => {});
          const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
          const event: ChildEnded = { type: "ended", child, how };
          emit(signal === null ? { ...event, code } : event);
        });
      },
      stop: (child: string) => signal(child, "SIGTERM"),
      kill: (child: string) => signal(child, "SIGKILL"),
      close() {
        for (const child of running.keys()) signal(child, "SIGKILL");
      },
    };
  };
}
