/**
 * The policy engine in a thread of its own, with no permission: what it computes for long delays
 * nothing of its process, which so can tell that it takes too long.
 *
 * @module
 */
import type { Api } from "../../pils/plugin.ts";
import type { Answer } from "./core.ts";

/** A question to the thread. */
export interface Asked {
  readonly number: number;
  readonly cib: string;
  readonly nowS: number;
}

/** Its answer. */
export interface Answered {
  readonly number: number;
  readonly answer: Answer;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the thread. */
export function engineThread(): Api {
  const waiting = new Map<number, Waiting>();
  let lastNumber = 0;
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "engine",
    deno: { permissions: "none" },
  });
  worker.onmessage = ({ data: { number, answer } }: MessageEvent<Answered>) => {
    waiting.get(number)?.resolve(answer);
    waiting.delete(number);
  };
  worker.onerror = (event) => {
    // Without this the process would end before anybody heard why.
    event.preventDefault();
    const error = new Error(`${event.message} (${event.filename}:${event.lineno})`);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  return {
    decide: (cib: string, nowS: number): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const number = ++lastNumber;
        waiting.set(number, { resolve, reject });
        worker.postMessage({ number, cib, nowS } satisfies Asked);
      }),
    close: () => worker.terminate(),
  };
}
