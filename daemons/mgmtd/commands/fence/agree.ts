/**
 * A person's agreement before a node loses its power, or is given up for dead.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Call, Io } from "../../command.ts";

/** Whether the person agrees to it: by `--yes`, or on the terminal. */
export function agrees({ options }: Call, io: Io, question: string): boolean {
  if (options.yes === true) return true;
  const answer = io.ask(question);
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return true;
  io.err(
    answer === undefined
      ? withCode(
        "HA0010",
        "Nothing was done: there is no terminal to ask. Fix: use --yes to agree\n",
      )
      : "Nothing was done.\n",
  );
  return false;
}

/** Whether the person has typed a name: by `--typed NAME`, or on the terminal. */
export function types({ options }: Call, io: Io, name: string, question: string): boolean {
  const typed = typeof options.typed === "string" ? options.typed : io.ask(question)?.trim();
  if (typed === name) return true;
  io.err(
    typed === undefined
      ? withCode(
        "HA0010",
        `Nothing was done: there is no terminal to ask. Fix: use --typed ${name}\n`,
      )
      : withCode("HA0002", `Nothing was done: "${typed}" was typed. Fix: type ${name}\n`),
  );
  return false;
}
