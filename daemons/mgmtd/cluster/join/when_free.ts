/**
 * A port that the token before may still have: its process goes on for a while, so that late callers hear
 * why it is closed.
 *
 * @module
 */
import { pause } from "../../../../metadata/timer.ts";

/** Milliseconds between two attempts. */
const againMs = 50;

/**
 * Listens, as soon as nobody else does at that address.
 *
 * @throws {Deno.errors.AddrInUse} if somebody still does after so many milliseconds.
 */
export async function whenFree<T>(listen: () => T, withinMs: number): Promise<T> {
  for (const end = performance.now() + withinMs;;) {
    try {
      return listen();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || performance.now() >= end) throw error;
    }
    await pause(againMs);
  }
}
