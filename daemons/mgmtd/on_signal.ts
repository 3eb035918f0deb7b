/**
 * What a command does with the signals that ask it to end: Ctrl-C, `kill`, and a terminal that is closed,
 * as when a connection by ssh breaks.
 *
 * @module
 */

/** The signals, with the codes that shells have for programs that they end: 128 and their number. */
const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A signal that asks a program to end. */
export type Ending = keyof typeof codes;

/** Calls `listener` for each signal, with its exit code, in place of ending, until the end of the scope. */
export function onSignal(listener: (signal: Ending, code: number) => void): Disposable {
  const listeners = Object.entries(codes).map(([name, code]) => {
    const signal = name as Ending;
    const heard = () => listener(signal, code);
    Deno.addSignalListener(signal, heard);
    return () => Deno.removeSignalListener(signal, heard);
  });
  return { [Symbol.dispose]: () => listeners.forEach((remove) => remove()) };
}
