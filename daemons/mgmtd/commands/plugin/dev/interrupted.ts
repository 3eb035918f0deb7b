/**
 * How a sandbox learns that it must end: a signal, or the end of its parent.
 *
 * @module
 */

/** Milliseconds between two checks that this process's parent still exists. */
const parentMs = 1_000;

/** Exit codes, as shells have them: 128 and the number of the signal. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** To listen until the end of its scope. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  /** With what code the command ends; undefined if it was not interrupted. */
  code(): number | undefined;
}

/** Listens from now on. */
export function interruption(): Interruption {
  const stop = new AbortController();
  let code: number | undefined;
  const end = (why: string, as: number) => {
    code ??= as;
    stop.abort(new Error(why));
  };
  const listeners = Object.entries(codes).map(([name, as]) => {
    const listener = () => end(`ended by ${name}`, as);
    Deno.addSignalListener(name as keyof typeof codes, listener);
    return [name as keyof typeof codes, listener] as const;
  });
  const parent = Deno.ppid;
  const timer = setInterval(() => {
    if (Deno.ppid !== parent) end("its parent process has ended", codes.SIGHUP);
  }, parentMs);
  return {
    signal: stop.signal,
    code: () => code,
    [Symbol.dispose]() {
      clearInterval(timer);
      for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
    },
  };
}
