/**
 * Messages of IPMI: a command to the controller, and its answer (IPMI 2.0, 13.8).
 *
 * @module
 */
import { join } from "./bytes.ts";

/** A command. */
export interface Command {
  /** Network function, even. */
  readonly netFn: number;
  readonly code: number;
  readonly data: readonly number[] | Uint8Array;
}

/** An answer. */
export interface Answer {
  /** 0: well. */
  readonly completion: number;
  readonly data: Uint8Array;
}

/** Network functions. */
export const [chassis, app] = [0x00, 0x06];

/** Address of the controller, and of a program far from it. */
const [controller, remote] = [0x20, 0x81];

function checksum(bytes: Iterable<number>): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return -sum & 0xff;
}

/** A command as bytes. @param number below 64, comes back with the answer */
export function commandBytes({ netFn, code, data }: Command, number: number): Uint8Array {
  const head = [controller, netFn << 2];
  const body = join([remote, number << 2, code], data);
  return join(head, [checksum(head)], body, [checksum(body)]);
}

/** The answer to a command; undefined if it is another one's, or broken. */
export function answerIn(
  bytes: Uint8Array,
  { netFn, code }: Pick<Command, "netFn" | "code">,
  number: number,
): Answer | undefined {
  const [to, function_, , from, sequence, answered, completion] = bytes;
  if (bytes.length < 8 || completion === undefined) return undefined;
  if (checksum(bytes.subarray(0, 3)) !== 0 || checksum(bytes.subarray(3)) !== 0) return undefined;
  const isOurs = to === remote && from === controller && function_ === (netFn | 1) << 2 &&
    sequence === number << 2 && answered === code;
  return isOurs ? { completion, data: bytes.subarray(7, -1) } : undefined;
}

/** What completion codes mean that a person may see. */
const meanings: Readonly<Record<number, string>> = {
  0x81: "no such user, or no free session",
  0x82: "no null user",
  0xc0: "the controller is busy",
  0xc1: "the controller does not know the command",
  0xc3: "the controller took too long",
  0xcc: "an invalid field",
  0xd4: "the privilege is too low",
  0xd5: "not possible in this state",
};

/** A completion code in words. */
export const completionText = (code: number): string =>
  `${meanings[code] ?? "an error"} (0x${code.toString(16).padStart(2, "0")})`;
