/**
 * The class `heartbeat`: scripts of Heartbeat's release 1. Their parameters are arguments, before the
 * action, and what they print says whether the resource runs.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Field } from "../../../../metadata/field.ts";
import { isReference } from "../../../../metadata/secrets/reference.ts";
import type { Ra, RaOperation } from "../contract.ts";
import { runnableIn } from "./agent_file.ts";
import { environment, type Surroundings } from "./environment.ts";
import { noScript } from "./lsb.ts";
import { ofLsbAction } from "./lsb_codes.ts";
import { textOf } from "../../program_output.ts";
import { isMeta, unusable, withoutParameters } from "./parameters.ts";
import { preparation, type Prepared, rc, resultOf, say } from "./result.ts";
import { endAll, endRunning, runProgram } from "./run_program.ts";
import { writtenMetaData } from "./written_meta_data.ts";

/** What the operator chooses. */
export interface HeartbeatOptions extends Surroundings {
  /** Folder of the scripts. */
  readonly scripts: string;
}

/** Parameters of a script at most. */
const argumentsMax = 16;

const fields: readonly Field[] = Array.from({ length: argumentsMax }, (_, at): Field => ({
  fieldname: `${at + 1}`,
  basictype: "string",
  short_text: { en: `Argument ${at + 1} of the script` },
}));

/** Actions of a resource, and those of a script. */
const actions: ReadonlyMap<string, string> = new Map([
  ["start", "start"],
  ["stop", "stop"],
  ["monitor", "status"],
  ["status", "status"],
]);

/** Makes the methods of the class. */
export function heartbeatClass(options: HeartbeatOptions): Ra {
  const { scripts } = options;
  const metaData = (type: string) =>
    writtenMetaData({
      type,
      summary: `script ${type} of Heartbeat's release 1`,
      description: `${type} in ${scripts}. Parameter 1 is its first argument, and so on.`,
      fields,
    });
  return {
    list: () => runnableIn(scripts).map((type) => ({ type })),
    describe({ type }) {
      const why = noScript(type, scripts);
      if (why !== undefined) throw new Error(why);
      return metaData(type);
    },
    async run(operation) {
      const { agent: { type }, action, timeoutMs } = operation;
      if (action === "meta-data" && noScript(type, scripts) === undefined) {
        return say(rc.ok, metaData(type));
      }
      const prepared = prepare(operation, options);
      if ("rc" in prepared) return prepared;
      const { path, args } = prepared;
      const ended = await runProgram({ ...prepared, timeoutMs, operation });
      const word = args.at(-1) ?? "";
      return resultOf(
        ended,
        { path, timeoutMs },
        word === "status" ? () => statusIn(textOf(ended.tail)) : (code) => ofLsbAction(word, code),
      );
    },
    prepare: (operation) => preparation(prepare(operation, options)),
    end: endRunning,
    close: endAll,
  };
}

function prepare(operation: RaOperation, options: HeartbeatOptions): Prepared {
  const { agent: { type }, action } = operation;
  const why = noScript(type, options.scripts);
  if (why !== undefined) return say(rc.notInstalled, why);
  const word = actions.get(action);
  if (word === undefined) return say(rc.unimplemented, `such a script has no "${action}"`);
  const given = argumentsOf(operation);
  if (typeof given === "string") return withoutParameters(operation, given);
  return { path: `${options.scripts}/${type}`, args: [...given, word], env: environment(options) };
}

/** What `status` prints: "running" or "OK" somewhere, unless it is denied. Its exit code says nothing. */
export function statusIn(text: string): number {
  if (/\bnot\s+running\b|\bstopped\b/i.test(text)) return rc.notRunning;
  return /running|OK/.test(text) || /\brunning\b/i.test(text) ? rc.ok : rc.notRunning;
}

/** The parameters in the order of their numbers; what is wrong with them if there is none. */
function argumentsOf({ parameters }: RaOperation): readonly string[] | string {
  const own = Object.entries(parameters).filter(([name]) =>
    !isMeta(name) && name !== "OCF_CHECK_LEVEL"
  );
  const wrong = [...unusable(Object.fromEntries(own), (name) => /^[1-9][0-9]?$/.test(name))];
  const found: string[] = [];
  for (const [name, value] of own) {
    if (!isReference(value)) continue;
    const what =
      `parameter "${name}" is a secret, but such a script gets arguments, which others can see`;
    wrong.push(withCode("HA7009", `${what}. Fix: use an agent of class ocf`));
  }
  for (let at = 1; at <= own.length; at++) {
    const value = parameters[`${at}`];
    if (value === undefined) {
      wrong.push(withCode(
        "HA7008",
        `parameter "${at}" is missing. Fix: number the arguments of the script from 1, without gaps`,
      ));
      break;
    }
    found.push(value);
  }
  if (own.length > argumentsMax) wrong.push(`${own.length} arguments, at most ${argumentsMax}`);
  return wrong.length > 0 ? wrong.join("\n") : found;
}
