/**
 * `crm_error`: what a number means that a program of Pacemaker returned.
 *
 * @module
 */
import { readOptions, row, usage } from "../../compat/options.ts";
import { toolExit } from "../document.ts";
import { type ErrorText, exitTexts, legacyTexts, returnTexts } from "../error_texts.ts";
import type { Tool } from "../tool.ts";

const table = {
  ...row("-n --name", "name"),
  ...row("-l --list", "list"),
  ...row("-X --exit", "exit"),
  ...row("-r --rc", "return"),
  ...row("-V --verbose -q --quiet", "ignored"),
};

/** Exit codes above it stand for a signal, if nothing else. */
const signalFrom = 129;
/** The longest number that is read. */
const digitsMax = 9;

type Numbers = "exit" | "return" | "legacy";
const texts: Readonly<Record<Numbers, readonly ErrorText[]>> = {
  exit: exitTexts,
  return: returnTexts,
  legacy: legacyTexts,
};

/** See the head of the file. */
export const crmError: Tool = {
  run({ args, out }) {
    const { options, rest } = readOptions(table, args);
    const kind = options.has("exit") ? "exit" : options.has("return") ? "return" : "legacy";
    const named = options.has("name");
    if (options.has("list") || rest.length === 0) {
      for (const { number, name, text } of texts[kind]) {
        out(`${String(number).padStart(5)}: ${named ? `${name.padEnd(26)} ` : ""}${text}\n`);
      }
      return Promise.resolve(toolExit.ok);
    }
    for (const word of rest) {
      const number = Number(word);
      if (!/^[+-]?\d+$/.test(word) || word.length > digitsMax) {
        throw usage(`"${word}" is no number; expected one such as 105`);
      }
      const { name, text } = meaningOf(kind, number);
      out(`${named ? `${name} - ` : ""}${text}\n`);
    }
    return Promise.resolve(toolExit.ok);
  },
};

function meaningOf(kind: Numbers, given: number): Pick<ErrorText, "name" | "text"> {
  const number = kind === "legacy" ? Math.abs(given) : given;
  const found = texts[kind].find((one) => one.number === number);
  if (found !== undefined) return found;
  if (kind === "exit") {
    const text = number >= signalFrom ? "Interrupted by signal" : "Unknown exit status";
    return { name: "CRM_EX_UNKNOWN", text };
  }
  return { name: "Unknown", text: number < 0 ? "Error" : `Unknown error ${number}` };
}
