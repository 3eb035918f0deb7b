/**
 * What notifiers make of an alert: texts in which nothing can end a line.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { printable } from "../../../metadata/printable.ts";
import type { Alert } from "./contract.ts";

/** Characters of one line. */
const lineCharactersMax = 1_000;

/** One line, whatever the text has in it. */
export const line = (text: string): string =>
  clip(printable(text.toWellFormed()), lineCharactersMax);

/** What happened and why, as one line. */
export const sentence = ({ what, why }: Pick<Alert, "what" | "why">): string =>
  line(why === "" ? what : `${what}: ${why}`);

/** Whether it is about something that has gone wrong. */
export function isTrouble({ kind, facts }: Pick<Alert, "kind" | "facts">): boolean {
  switch (kind) {
    case "node":
      return facts.desc === "lost" && facts.left !== "true";
    case "fencing":
      return true;
    case "resource":
      return facts.state === "failed";
    case "attribute":
      return false;
  }
}
