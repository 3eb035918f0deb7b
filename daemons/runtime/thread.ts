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
  const loaded = new Map<string, Api>();
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
      case "load": {
        const { builtin } = data;
        const made = builtins[builtin]?.((event) => post({ type: "emit", builtin, event }));
        if (made !== undefined) loaded.set(builtin, made);
        return;
      }
      case "call":
        void loaded.get(data.builtin)?.[data.method]?.(...data.args);
        if (data.method === "close") loaded.delete(data.builtin);
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
      let timer: Timer | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimer(resolve, deadlineMs + lastWordMs);
      });
      await Promise.race([ended.catch(() => {}), late]);
      clearTimer(timer);
      for (const api of loaded.values()) await api["close"]?.();
      pipe.close();
      worker.terminate();
    },
  };
}
