/**
 * What passes between a process and a thread of it that holds machines, and the pipe made of it.
 *
 * @module
 */
import type { LogLevel } from "./log.ts";
import type { Pipe } from "./pipe.ts";

/** Bytes of a link; `taken`: the other side has read those that were sent, and more may come. */
export type PipeFrame =
  | { readonly type: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "taken" };

/** To the thread. */
export type ToThread =
  | PipeFrame
  /** The first frame: what the thread's module wants to know. */
  | { readonly type: "setup"; readonly setup: unknown }
  /** Something that concerns the module, not a machine: the keys are to be read again. */
  | { readonly type: "told"; readonly what: string }
  /** What a builtin that stayed in the process emitted. */
  | { readonly type: "emit"; readonly builtin: string; readonly event: unknown }
  /** Is it alive? */
  | { readonly type: "ping" }
  | { readonly type: "stop"; readonly deadlineMs: number };

/** From the thread. */
export type FromThread =
  | PipeFrame
  | {
    readonly type: "log";
    readonly service: string;
    readonly level: LogLevel;
    readonly text: string;
  }
  /** A machine loaded a builtin that stayed in the process, or calls it. */
  | { readonly type: "load"; readonly builtin: string }
  | {
    readonly type: "call";
    readonly builtin: string;
    readonly method: string;
    readonly args: readonly unknown[];
  }
  /** The answer to a ping; `running`: its machines have been started. */
  | { readonly type: "alive"; readonly running: boolean }
  | { readonly type: "ended"; readonly exitCode: number }
  | { readonly type: "failed"; readonly why: string };

/** One end of the pipe: what came is given to `take`. */
export interface ThreadPipe extends Pipe {
  take(frame: PipeFrame): void;
}

/**
 * A pipe over whatever carries frames. One write is under way at a time; what is queued behind it
 * goes as one, and its queue is the link's, with the link's bound.
 */
export function threadPipe(
  post: (frame: PipeFrame, transfer: readonly ArrayBuffer[]) => void,
): ThreadPipe {
  const come: Uint8Array<ArrayBuffer>[] = [];
  let owed = 0;
  let closed = false;
  let wake: (() => void) | undefined;
  let taken: (() => void) | undefined;
  return {
    async read() {
      // A reader that reads again has processed its previous data.
      for (; owed > 0; owed--) post({ type: "taken" }, []);
      while (come.length === 0 && !closed) await new Promise<void>((resolve) => wake = resolve);
      const bytes = come.shift();
      if (bytes !== undefined) owed++;
      return bytes ?? null;
    },
    async write(bytes) {
      const own = bytes.slice();
      post({ type: "bytes", bytes: own }, [own.buffer]);
      await new Promise<void>((resolve) => taken = resolve);
    },
    close() {
      closed = true;
      wake?.();
      taken?.();
    },
    take(frame) {
      if (frame.type === "taken") {
        taken?.();
        return;
      }
      come.push(frame.bytes);
      wake?.();
    },
  };
}
