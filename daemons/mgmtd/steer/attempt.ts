/**
 * One try to carry a change into a cluster, without its messages: what is asked for, and what a later
 * document says of a try whose answer was lost.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { codeIn } from "../../../metadata/code.ts";
import type { CibChange } from "../../runtime/messages.ts";
import { type Author, type Marked, marked } from "../../cib/doors/author.ts";
import { differenceOf } from "../../cib/doors/document.ts";

/** Tries because others were faster. */
export const triesMax = 10;

/** A try. */
export interface Attempt {
  /** What the cib is asked for, in one step. */
  readonly changes: readonly CibChange[];
  readonly mark: Marked;
  /** Of the document on which it was worked out. */
  readonly epoch: number;
}

const epochOf = ({ attributes: { epoch = "0" } }: XmlElement): number => Number(epoch);

/** Takes effect only on top of `before`. @param token random, so that nobody else has it */
export function attemptOn(
  before: XmlElement,
  after: XmlElement,
  author: Author,
  { token, nowMs }: { readonly token: string; readonly nowMs: number },
): Attempt {
  const mark = marked(before, author, token, nowMs);
  return {
    mark,
    changes: [{ op: "modify", path: "/cib", set: mark.set }, ...differenceOf(before, after)],
    epoch: epochOf(before),
  };
}

/** Whether somebody else was faster: the change is worked out again. */
export const isOvertaken = (why: string): boolean => codeIn(why) === "HA3010";

/** What a document says of a try whose answer was lost; undefined: nothing yet. */
export function saidOf(
  { mark, epoch }: Attempt,
  now: XmlElement,
): "made" | "not made" | "unknown" | undefined {
  if (mark.isIn(now)) return "made";
  const others = epochOf(now) - epoch;
  // The next configuration is somebody else's: this change can never take effect, for it names the
  // one before.
  if (others === 1) return "not made";
  return others > 1 ? "unknown" : undefined;
}
