/**
 * One question to the policy engine, from the text of a CIB to an answer. A CIB that cannot be used
 * is an answer too.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import type { Answer } from "./core.ts";
import { transitionOf } from "./transition_of.ts";

/** Computes what is to be done, or says why that cannot be. */
export function decide(cib: string, nowS: number): Answer {
  try {
    return transitionOf(cib, nowS);
  } catch (error) {
    return { error: messageOf(error) };
  }
}
