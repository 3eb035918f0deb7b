/**
 * A CIB that asks for more than the policy engine can compute in time. It is an answer, not a fault of
 * the engine: the coordinator keeps the previous configuration, a command ends with the reason.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";

/** Its message says what is too much, the bound, and what to do. */
export class Uncomputable extends RangeError {
  override readonly name = "Uncomputable";
}

/** Runs it. Resources that follow each other without end are the reader's fault, not ours. */
export function endingEarly<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof RangeError) || !/call stack/i.test(error.message)) throw error;
    throw new Uncomputable(
      withCode(
        "HA4001",
        "constraints: a chain of constraints is too long for the policy engine to follow. " +
          "Fix: Colocate the resources with one of them instead of each with the one before.",
      ),
    );
  }
}
