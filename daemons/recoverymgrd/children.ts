/**
 * The children of the recovery manager: processes with exactly the flags of their daemon.
 *
 * Each is started with a umask of 077, so that sockets and files are private from their first
 * moment, and with a pipe as its standard input, which ends when this process ends: then the
 * child ends too, however this one died. Over the same pipe it is asked whether it is alive
 * (`../runtime/parent.ts`); it answers on its standard output.
 *
 * @module
 */
import { ByteReader } from "../../metadata/byte_reader.ts";
import { withCode } from "../../metadata/code.ts";
import type { Api } from "../../pils/plugin.ts";
import { exitConfig, exitUnavailable } from "../runtime/exit_code.ts";
import { lineMax, untilStdinEnds } from "../runtime/parent.ts";
import { cleanly, systemPath } from "../site/clean_environment.ts";
import { commandOf, type ProcessName } from "../processes.ts";
import type { Places } from "../site/flags.ts";
import type { Accepted } from "./accepted.ts";
import type { ScriptRun } from "./applications.ts";
import { Scripts } from "./scripts.ts";
import { ServiceManager } from "./service_manager.ts";
import type { ChildEvent } from "./state.ts";
import type { StatusFile } from "./status_file.ts";

/**
 * Sets the umask, leaves the environment behind (also what systemd has given to this process alone),
 * asks the kernel to end the child with its parent where it can, becomes Deno.
 */
const launch = `umask 077
${systemPath}
command -v setpriv >/dev/null 2>&1 && exec setpriv --pdeathsig KILL -- ${cleanly} "$@"
exec ${cleanly} "$@"`;

/** Bytes of a child's answers that are read at once. */
const chunkBytesMax = 1_024;

/** A running child. */
interface Running {
  readonly process: Deno.ChildProcess;
  readonly input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  /** What it has to answer to the last question: nothing that is printed by chance. */
  word: string;
}

/** Starts the process of a daemon, with a pipe for the pings and one for the answers. */
function spawn(child: ProcessName, { config, path }: Accepted, places: Omit<Places, "configFile">) {
  const command = commandOf(child, config, { ...places, configFile: path });
  return new Deno.Command("/bin/sh", {
    args: ["-c", launch, "sh", places.deno, ...command, untilStdinEnds],
    env: { HA_NODE: `${config.cluster}/${config.node}`, NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/**
 * Makes what `load` of `children` gives. Needs `run` of `/bin/sh`.
 *
 * @param file where it writes down how the children stand.
 */
export function children(
  accepted: Accepted,
  places: Omit<Places, "configFile">,
  file: Pick<StatusFile, "write" | "beat">,
) {
  return (emit: (event: ChildEvent) => void): Api => {
    const running = new Map<string, Running>();
    const signal = (child: string, name: Deno.Signal) => {
      try {
        running.get(child)?.process.kill(name);
      } catch {
        // It ended meanwhile: its status reports the end.
      }
    };
    const scripts = new Scripts((name, error) => emit({ type: "recovered", name, error }));
    const manager = new ServiceManager();
    const hangup = () => emit({ type: "hangup" });
    Deno.addSignalListener("SIGHUP", hangup);
    return {
      start(child: ProcessName) {
        const process = spawn(child, accepted, places);
        const one: Running = { process, input: process.stdin.getWriter(), word: "" };
        running.set(child, one);
        void listen(process.stdout, (line) => {
          const event = meaningOf(child, one.word, line);
          if (event !== undefined) emit(event);
        });
        void process.status.then(async ({ code, signal }) => {
          running.delete(child);
          await one.input.abort().catch(() => {});
          emit({ type: "ended", child, ...endOf(code, signal, await accepted.isThere()) });
        });
      },
      ping(child: string) {
        const one = running.get(child);
        if (one === undefined) return;
        one.word = crypto.randomUUID().replaceAll("-", "");
        // One that hangs reads nothing: the bounded number of questions waits in the pipe.
        write(one, `ping ${one.word}`);
      },
      tell: (child: string, line: string) => write(running.get(child), line),
      recover: (run: ScriptRun) => scripts.run(run),
      stop: (child: string) => signal(child, "SIGTERM"),
      hangup: (child: string) => signal(child, "SIGHUP"),
      kill: (child: string) => signal(child, "SIGKILL"),
      reread: () => accepted.reread(),
      beat(ready: boolean) {
        manager.beat(ready);
        file.beat();
      },
      report: (status: unknown) => file.write(status),
      async close() {
        Deno.removeSignalListener("SIGHUP", hangup);
        for (const child of running.keys()) signal(child, "SIGKILL");
        await scripts.close();
      },
    };
  };
}

/** Writes a line to a child that may have ended. */
function write(one: Running | undefined, line: string): void {
  one?.input.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
}

/** What a line of a child means: an answer to the last question, or what `apphbd` announces. */
function meaningOf(child: string, asked: string, line: string): ChildEvent | undefined {
  if (line.startsWith("app ")) return { type: "said", child, line };
  const [what, word] = line.split(" ");
  if (word !== asked || (what !== "alive" && what !== "starting")) return undefined;
  return { type: "alive", child, running: what === "alive" };
}

/**
 * What became of a child. A copy of the configuration that is gone is no configuration that cannot be
 * used: the node may start again, which creates its files and sockets again.
 */
export function endOf(
  code: number,
  signal: Deno.Signal | null,
  copyIsThere: boolean,
): { readonly how: string; readonly code?: number; readonly signal?: string } {
  if (signal !== null) return { how: `was ended by ${signal}`, signal };
  if (code !== exitConfig || copyIsThere) return { how: `ended with code ${code}`, code };
  return {
    how: withCode(
      "HA9007",
      "found no configuration: somebody emptied the run folder, with the sockets in it. Fix: " +
        "exclude that folder from whatever cleans up, then start the node again",
    ),
    code: exitUnavailable,
  };
}

/** Reads lines until the stream ends; what is longer than a line may be is passed over. */
async function listen(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    const reader = new ByteReader(stream, chunkBytesMax);
    for (let bytes; (bytes = await reader.read()) !== undefined;) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = (lines.pop() ?? "").slice(0, lineMax);
      for (const line of lines) take(line);
    }
  } catch {
    // Its status reports the end.
  }
}
