/**
 * `crm_rule --check`: whether rules are in effect. As in the original, a rule can be checked that has
 * one date and nothing else; `ha rule check` knows all rules.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { evaluateDate, parseDate } from "../../../pengine/doors/rules.ts";
import { Draft } from "../../api/document/draft.ts";
import { childOf, childrenOf } from "../../api/document/element.ts";
import { rulesIn as rulesOf } from "../../api/rules/evaluate.ts";
import { Ending } from "../../compat/exit_code.ts";
import { readOptions, row, usage } from "../../compat/options.ts";
import { document, elementIn, toolExit } from "../document.ts";
import type { Tool } from "../tool.ts";

const table = {
  ...row("-c --check", "check"),
  ...row("-r --rule", "rule", "value"),
  ...row("-d --date", "date", "value"),
  ...row("-X --xml-text", "text", "value"),
  ...row("-V --verbose", "ignored"),
  ...row("--output-as", "format", "value"),
};

/** Exit codes of the original. */
const code = { inEffect: 0, unsupported: 3, noSuch: 105, expired: 110, notYet: 111 } as const;

interface Checked {
  readonly code: number;
  readonly text: string;
}

const undetermined = (id: string, why: string, exit: number): Checked => ({
  code: exit,
  text: `Could not determine whether rule ${id} is in effect: ${why}`,
});

/** See the head of the file. */
export const crmRule: Tool = {
  async run(call) {
    const { options } = readOptions(table, call.args);
    if (!options.has("check")) throw usage("No mode operation given");
    const ids = options.has("rule") ? rulesIn(call.args) : [];
    if (ids.length === 0) throw usage("--check requires use of --rule=");
    if ((options.get("format") ?? "text") !== "text") return undefined;
    const date = options.get("date");
    const nowS = date === undefined ? Math.floor(call.now() / 1000) : parseDate(date);
    if (nowS === undefined) {
      throw new Ending(toolExit.badData, `Invalid date specified: '${date}'`);
    }
    const text = options.get("text");
    const cib = text === undefined
      ? await document(call)
      : elementIn(text === "-" ? await call.stdin() : text);
    let last: number = code.inEffect;
    for (const id of ids) {
      const found = check(cib, id, nowS);
      (found.text.startsWith("Could") ? call.err : call.out)(`${found.text}\n`);
      last = found.code;
    }
    return last;
  },
};

/** All rules that are named: the option may be given several times. */
const rulesIn = (args: readonly string[]): readonly string[] =>
  args.flatMap((word, at) =>
    word === "-r" || word === "--rule"
      ? args[at + 1] ?? []
      : /^--rule=(.*)$|^-r(.+)$/.exec(word)?.slice(1).filter((one) => one !== undefined) ?? []
  );

function check(cib: XmlElement, id: string, nowS: number): Checked {
  const rule = rulesOf(new Draft(cib)).find(({ rule }) => rule.attributes.id === id)?.rule;
  if (rule === undefined) return undetermined(id, "Rule not found", code.noSuch);
  const dates = childrenOf(rule, "date_expression");
  const [expression] = dates;
  if (expression === undefined) {
    return undetermined(id, "Rule does not have a date expression", code.unsupported);
  }
  if (dates.length > 1) {
    return undetermined(id, "Rule has more than one date expression", code.unsupported);
  }
  const recurs = expression.attributes.operation === "date_spec";
  const spec = childOf(expression, "date_spec")?.attributes ?? {};
  if (recurs && (spec.years === undefined || spec.moon !== undefined)) {
    return undetermined(
      id,
      "Rule must either not use date_spec, or use date_spec with years= but not moon=",
      code.unsupported,
    );
  }
  const { passed, changesAtS } = evaluateDate(expression, nowS);
  if (passed) {
    const text = recurs ? `Rule ${id} satisfies conditions` : `Rule ${id} is still in effect`;
    return { code: code.inEffect, text };
  }
  const isEarly = recurs ? isBefore(spec.years ?? "", nowS) : changesAtS !== undefined;
  return isEarly
    ? { code: code.notYet, text: `Rule ${id} has not yet taken effect` }
    : { code: code.expired, text: `Rule ${id} is expired` };
}

/** Whether a recurring time comes in this year or a later one: its last year is not over. */
function isBefore(years: string, nowS: number): boolean {
  const last = years.endsWith("-") ? Infinity : Number(years.split("-").at(-1));
  return new Date(nowS * 1000).getUTCFullYear() <= last;
}
