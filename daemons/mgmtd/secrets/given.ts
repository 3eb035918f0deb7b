/**
 * The text of a secret that a person gives: typed on a terminal without echo, or on standard input.
 * Never an argument, which others can see.
 *
 * @module
 */
import { secretBytesMax } from "../../../metadata/secrets/reference.ts";
import type { Io } from "../command.ts";

/** Asks for it, twice on a terminal. @returns undefined if both differ, or nothing is given */
export async function secretGiven(io: Io, question: string): Promise<string | undefined> {
  if (io.secret !== undefined) {
    const first = await io.secret(`${question}: `);
    if (first === undefined) return undefined;
    const second = await io.secret("The same again: ");
    return first === second ? first : undefined;
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of Deno.stdin.readable) {
    parts.push(part);
    if ((bytes += part.length) > secretBytesMax + 1) break;
  }
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  // What a shell's echo adds is no part of it.
  return new TextDecoder().decode(all).replace(/\r?\n$/, "");
}
