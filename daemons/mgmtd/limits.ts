/**
 * What a command that computes on a document may use. The process of the command cannot end itself while
 * it computes, so `ha`, which started it, does.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Call, Command, Option } from "./command.ts";

/** Seconds that such a command may take, its reading included. */
const timeLimitS = 120;
/** MiB of the heap of its process. */
const memoryLimitMib = 1_024;
/** The bounds of the bounds: a day, and what a heap can have. */
const timeLimitSMax = 86_400;
const memoryLimitMibMax = 65_536;
const memoryLimitMibMin = 64;

/** The options of each such command. */
export const limitOptions = {
  "time-limit": {
    type: "string",
    value: "SECONDS",
    summary: `Seconds the command may take; ${timeLimitS} if left out`,
  },
  "memory-limit": {
    type: "string",
    value: "MIB",
    summary: `MiB of memory the command may use; ${memoryLimitMib} if left out`,
  },
} as const satisfies Record<string, Option>;

/** What one call may use. */
export interface Limits {
  /** Undefined: it runs until somebody ends it. */
  readonly seconds: number | undefined;
  readonly heapMib: number;
}

/** The limits of a call, undefined if its command has none; a text that says which one is wrong. */
export function limitsOf({ endsSoon }: Command, call: Call): Limits | undefined | string {
  if (endsSoon === undefined) return undefined;
  const seconds = numberOf(call, "time-limit", [1, timeLimitSMax]);
  if (typeof seconds === "string") return seconds;
  const heapMib = numberOf(call, "memory-limit", [memoryLimitMibMin, memoryLimitMibMax]);
  if (typeof heapMib === "string") return heapMib;
  return {
    seconds: seconds ?? (endsSoon(call) ? timeLimitS : undefined),
    heapMib: heapMib ?? memoryLimitMib,
  };
}

function numberOf(
  { options }: Call,
  name: keyof typeof limitOptions,
  [min, max]: readonly [number, number],
): number | string | undefined {
  const text = options[name];
  if (typeof text !== "string") return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  return withCode(
    "HA0002",
    `--${name} is "${text}"; expected a whole number of ${
      limitOptions[name].value
    } from ${min} to ` +
      `${max}. Fix: give one`,
  );
}

/** What to say of a command that was ended at a limit. */
export const beyondLimit = (
  name: keyof typeof limitOptions,
  { seconds, heapMib }: Limits,
): string =>
  withCode(
    "HA0027",
    name === "time-limit"
      ? `The command has not ended within ${seconds} seconds and was stopped. Fix: make the ` +
        "configuration simpler (fewer colocations and orders), or allow more with --time-limit SECONDS"
      : `The command needs more than ${heapMib} MiB of memory and was stopped. Fix: make the ` +
        "configuration smaller, or allow more with --memory-limit MIB",
  );

/** How the engine of the language begins to say that its heap is full, for those who develop it. */
const heapFull = /^(?:<--- Last few GCs --->|# Fatal JavaScript out of memory)/;
/** Characters of that report that are kept, in case that it is none. */
const reportCharactersMax = 64 * 1024;

/**
 * Passes on what a command writes as errors, line by line.
 *
 * @returns what looks like the report of a full heap, and all after it.
 */
export async function withoutHeapReport(
  from: ReadableStream<Uint8Array>,
  write: (text: string) => void,
): Promise<string> {
  let report = "";
  let held = "";
  for await (const text of from.pipeThrough(new TextDecoderStream())) {
    held += text;
    const lines = held.split(/(?<=\n)/);
    const last = lines.at(-1) ?? "";
    // A question has no line break at its end, and is not to wait; only what could be the report is.
    const isOpen = !last.endsWith("\n") && /^[<#]/.test(last);
    held = isOpen ? last : "";
    for (const line of isOpen ? lines.slice(0, -1) : lines) {
      if (report === "" && !heapFull.test(line)) write(line);
      else if (report.length < reportCharactersMax) report += line;
    }
  }
  if (report !== "" || heapFull.test(held)) return report + held;
  write(held);
  return "";
}
