/**
 * The one place where `ha` and the demo write to a terminal and ask on it. Whatever a plugin, a
 * CIB or a file says passes `printable` here: it cannot move the cursor, hide or reorder text.
 *
 * A line of a list is one line on the terminal, whatever it holds. Where a command gives one text
 * of several lines, strangers' line breaks in it have to be escaped before (`printable`).
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { clip } from "../../metadata/clip.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { printable, printableLine, printableLines } from "../../metadata/printable.ts";
import type { Io } from "./command.ts";
import { writeAll } from "./write_all.ts";

/** What a command writes with: whole texts and lists of lines. */
export const terminal: Io = {
  out: (text) => writeAll(Deno.stdout, shown(text)),
  err: (text) => writeAll(Deno.stderr, shownError(text)),
  ask: (question) => Deno.stdin.isTerminal() ? prompt(printable(question)) ?? undefined : undefined,
  ...(Deno.stdin.isTerminal()
    ? {
      // Most commands ask for none, and start sooner without it.
      secret: async (question: string) =>
        (await import("./ask_secret.ts")).askSecret(printableLines(question)),
    }
    : {}),
};

/** A text as it is written: one that drives no terminal. */
export function shown(text: string | readonly string[]): string {
  return typeof text === "string"
    ? printableLines(text)
    : text.map((line) => `${printableLine(line)}\n`).join("");
}

/** An error or a warning as it is written: besides, no line is so long that it hides what it says. */
export const shownError = (text: string | readonly string[]): string =>
  shown(
    typeof text === "string"
      ? text.split("\n").map((line) => clip(line)).join("\n")
      : text.map((line) => clip(line)),
  );

/** The code of a program whose reader has ended, as of one that the signal for it ends. */
const unread = 141;

/** Ends the program without a word if the error says that nobody reads its output, as after `| head`. */
export function endIfUnread(error: unknown): void {
  if (error instanceof Deno.errors.BrokenPipe) Deno.exit(unread);
}

/** Errors that nobody caught are written like all other text, and end the program. */
export function reportUncaught(exitCode: number): void {
  const report = (event: Event, error: unknown) => {
    event.preventDefault(); // Deno would print it as it is
    endIfUnread(error);
    terminal.err([withCode("HA0012", `Unexpected error: ${messageOf(error)}`)]);
    Deno.exit(exitCode);
  };
  addEventListener("error", (event) => report(event, event.error));
  addEventListener("unhandledrejection", (event) => report(event, event.reason));
}
