/**
 * The inside of a thread that holds machines; `thread.ts` is its outside.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { DiagnosticError } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Api } from "../../pils/plugin.ts";
import { type Log, secrets } from "./log.ts";
import { exitConfig, exitState } from "./exit_code.ts";
import type { ProcessOptions } from "./process.ts";
import { run } from "./run.ts";
import { StateError } from "./state_error.ts";
import { onUncaught } from "./uncaught.ts";
import { type FromThread, threadPipe, type ToThread } from "./thread_frames.ts";

/** What a thread's module is given. */
export interface Inside {
  readonly log: Log;
  /** Something that the machines load by this name, and that stays in the process. */
  outside(
    builtin: string,
    methods: readonly string[],
  ): (emit: (event: unknown) => void) => Api;
}

/** What it makes of it. */
export interface ThreadComposition extends Omit<ProcessOptions, "log" | "parts"> {
  /** Takes what the process tells its module. */
  readonly told?: (what: string) => void;
  /** Called once the machines run. */
  readonly running?: () => void;
}

/** Runs what `compose` makes of the setup, until the process wants it to end. */
export function serveThread<Setup>(
  compose: (setup: Setup, inside: Inside) => Promise<ThreadComposition>,
): void {
  const post = (frame: FromThread, transfer: readonly ArrayBuffer[] = []) =>
    self.postMessage(frame, [...transfer]);
  const pipe = threadPipe(post);
  const emitters = new Map<string, (event: unknown) => void>();
  // The process that writes the line does not know what is secret here.
  const log: Log = (service, level, text) =>
    post({ type: "log", service, level, text: secrets.hide(text) });
  const outside: Inside["outside"] = (builtin, methods) => (emit) => {
    emitters.set(builtin, emit);
    post({ type: "load", builtin });
    return Object.fromEntries(methods.map((method) => [
      method,
      (...args: readonly unknown[]) => post({ type: "call", builtin, method, args }),
    ]));
  };
  let composition: ThreadComposition | undefined;
  let running = false;
  const complain = (line: string) => log(composition?.process ?? "thread", "crit", line);
  onUncaught(complain, () => post({ type: "failed", why: "an uncaught error" }));
  let stop: (deadlineMs: number) => void = () => post({ type: "ended", exitCode: 0 });

  async function begin(setup: Setup): Promise<void> {
    composition = await compose(setup, { log, outside });
    const process = await run({ ...composition, log, parts: [{ pipe }] });
    stop = (deadlineMs) => void process.stop(deadlineMs);
    running = true;
    composition.running?.();
    post({ type: "ended", exitCode: await process.ended });
  }

  self.onmessage = ({ data }: MessageEvent<ToThread>) => {
    switch (data.type) {
      case "bytes":
      case "taken":
        pipe.take(data);
        return;
      case "setup":
        begin(data.setup as Setup).catch((error) => {
          // What fails while it runs is logged by the driver, with its stack, and by the process.
          if (!running) `cannot start: ${messageOf(error)}`.split("\n").map(complain);
          post(endOf(error));
        });
        return;
      case "told":
        composition?.told?.(data.what);
        return;
      case "emit":
        emitters.get(data.builtin)?.(data.event);
        return;
      case "ping":
        post({ type: "alive", running });
        return;
      case "stop":
        stop(data.deadlineMs);
    }
  };
}

/** What the process hears of an error that ended the thread. */
function endOf(error: unknown): FromThread {
  // A person's mistake is the same at the next start.
  if (error instanceof DiagnosticError) return { type: "ended", exitCode: exitConfig };
  if (error instanceof StateError) return { type: "ended", exitCode: exitState };
  return { type: "failed", why: secrets.hide(messageOf(error)) };
}
