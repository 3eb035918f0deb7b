/**
 * Machines in a thread of their own, with sockets and timers of their own: however long the
 * process's main thread is busy, it delays none of them. To the process the thread is one more
 * process of the node, at the other end of a link.
 *
 * @module
 */
import type { Api } from "../../pils/plugin.ts";
import type { Log } from "./log.ts";
import type { Pipe } from "./pipe.ts";
import type { Part } from "./process.ts";
import { type FromThread, threadPipe, type ToThread } from "./thread_frames.ts";
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";

/** What a thread is made of. */
export interface ThreadOptions {
  readonly name: string;
  /** Its module; see `thread_inside.ts`. Its static imports are read with the process's permission. */
  readonly module: URL;
  /** What the thread may do: of what the process may. */
  readonly permissions: Deno.PermissionOptions;
  /** For the module; cloneable. */
  readonly setup: unknown;
  readonly log: Log;
  /** What machines of the thread load by name but what stays in the process. Its methods give nothing. */
  readonly builtins?: Readonly<Record<string, (emit: (event: unknown) => void) => Api>>;
}

/** A running thread, as a part of a process. */
export interface Thread extends Part {
  readonly pipe: Pipe;
  readonly ended: Promise<number>;
  stop(deadlineMs: number): Promise<void>;
  /** Tells its module something. */
  tell(what: string): void;
}

/** Milliseconds that a thread may take to say that it has ended, beyond what its machines may. */
const lastWordMs = 1_000;

/** Starts the thread. */
export function startThread(options: ThreadOptions): Thread {
  const { name, module, permissions, setup, log, builtins = {} } = options;
  const worker = new Worker(module, { type: "module", name, deno: { permissions } });
  const post = (frame: ToThread, transfer: readonly ArrayBuffer[] = []) =>
    worker.postMessage(frame, [...transfer]);
  const pipe = threadPipe(post);
  const outside = builtinsOf(builtins, (builtin, event) => post({ type: "emit", builtin, event }));
  /** Those who ask whether it is alive; a thread that hangs is asked once. */
  const asked: ((running: boolean) => void)[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  ended.catch(() => {});
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
    switch (data.type) {
      case "bytes":
      case "taken":
        pipe.take(data);
        return;
      case "log":
        log(data.service, data.level, data.text);
        return;
      case "load":
        outside.load(data.builtin);
        return;
      case "call":
        outside.call(data.builtin, data.method, data.args);
        return;
      case "alive":
        for (const answer of asked.splice(0)) answer(data.running);
        return;
      case "ended":
        resolve(data.exitCode);
        return;
      case "failed":
        reject(new Error(data.why));
    }
  };
  worker.onerror = (event) => {
    // Without this the process would end at once, and unexplained.
    event.preventDefault();
    reject(new Error(`${event.message} (${event.filename}:${event.lineno})`));
  };
  post({ type: "setup", setup });
  return {
    pipe,
    ended,
    tell: (what) => post({ type: "told", what }),
    alive: () =>
      new Promise((answer) => {
        if (asked.push(answer) === 1) post({ type: "ping" });
      }),
    async stop(deadlineMs) {
      post({ type: "stop", deadlineMs });
      await endOf(ended, deadlineMs + lastWordMs);
      await outside.close();
      pipe.close();
      worker.terminate();
    },
  };
}

/** What machines of the thread have loaded of what stays in the process. */
function builtinsOf(
  builtins: Required<ThreadOptions>["builtins"],
  emit: (builtin: string, event: unknown) => void,
) {
  const loaded = new Map<string, Api>();
  return {
    load(builtin: string) {
      const made = builtins[builtin]?.((event) => emit(builtin, event));
      if (made !== undefined) loaded.set(builtin, made);
    },
    call(builtin: string, method: string, args: readonly unknown[]) {
      void loaded.get(builtin)?.[method]?.(...args);
      if (method === "close") loaded.delete(builtin);
    },
    async close() {
      for (const api of loaded.values()) await api["close"]?.();
    },
  };
}

/** Waits for an end, or for so many milliseconds. */
async function endOf(ended: Promise<number>, withinMs: number): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => timer = setTimer(resolve, withinMs));
  await Promise.race([ended.catch(() => {}), late]);
  clearTimer(timer);
}
