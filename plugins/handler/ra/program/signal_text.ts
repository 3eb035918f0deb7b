/**
 * What a shell writes of a program that a signal has ended: the exit code that it tells alone, 128 and
 * the number of the signal, may also be the program's own.
 *
 * @module
 */
import { joined } from "../../program_output.ts";

/** Names and texts by the signal's number. Of an interrupt and of a broken pipe a shell says nothing. */
const signals: ReadonlyMap<number, readonly [name: string, text: string]> = new Map([
  [1, ["SIGHUP", "Hangup"]],
  [3, ["SIGQUIT", "Quit"]],
  [4, ["SIGILL", "Illegal instruction"]],
  [6, ["SIGABRT", "Aborted"]],
  [7, ["SIGBUS", "Bus error"]],
  [8, ["SIGFPE", "Floating point exception"]],
  [9, ["SIGKILL", "Killed"]],
  [10, ["SIGUSR1", "User defined signal 1"]],
  [11, ["SIGSEGV", "Segmentation fault"]],
  [12, ["SIGUSR2", "User defined signal 2"]],
  [14, ["SIGALRM", "Alarm clock"]],
  [15, ["SIGTERM", "Terminated"]],
]);

/** Bytes of the end of what is read that hold such a text. */
export const signalTextBytesMax = 64;

/** A signal, and the text with which the shell reported it. */
export interface ToldSignal {
  readonly name: string;
  readonly text: Uint8Array;
}

/** The signal that a shell tells after the output of a program with this code. */
export function toldSignal(code: number, said: Uint8Array): ToldSignal | undefined {
  const [name, text = ""] = signals.get(code - 128) ?? [];
  if (name === undefined) return undefined;
  const end = new TextDecoder("latin1").decode(said.slice(-signalTextBytesMax));
  const told = [`${text}\n`, `${text} (core dumped)\n`].find((one) => end.endsWith(one));
  return told === undefined ? undefined : { name, text: new TextEncoder().encode(told) };
}

/** The output without the last occurrence of that text. */
export function withoutText(output: Uint8Array, text: Uint8Array): Uint8Array {
  for (let at = output.length - text.length; at >= 0; at--) {
    if (!text.every((byte, offset) => output[at + offset] === byte)) continue;
    return joined([output.subarray(0, at), output.subarray(at + text.length)]);
  }
  return output;
}
