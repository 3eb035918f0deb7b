/**
 * `ha status --watch`: the status, again each time that it is another one.
 *
 * @module
 */
import type { Io } from "../command.ts";

/** Time, as a test or the world has it. */
export interface Time {
  /** What stands above a status: ISO 8601. */
  now(): string;
  /** Until the next look; it ends the watching if it rejects. */
  pause(): Promise<void>;
}

/** Shows what `show` writes, errors among it, whenever that differs from the last time. */
export async function watchStatus(
  show: (io: Io) => Promise<number>,
  io: Io,
  { now, pause }: Time,
): Promise<never> {
  for (let last = "";;) {
    let text = "";
    const take = (more: string | readonly string[]) =>
      void (text += typeof more === "string" ? more : more.map((line) => `${line}\n`).join(""));
    await show({ ...io, out: take, err: take });
    if (text !== last) io.out(`${now()}\n${text}\n`);
    last = text;
    await pause();
  }
}
