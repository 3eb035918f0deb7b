/**
 * The class `lsb`: init scripts as the Linux Standard Base defines them.
 *
 * @module
 */
import type { Ra, RaOperation } from "../contract.ts";
import { agentName, notRunnable, runnableIn } from "./agent_file.ts";
import { environment, type Surroundings } from "./environment.ts";
import { ofLsbAction, ofLsbStatus } from "./lsb_codes.ts";
import { lsbHeader } from "./lsb_header.ts";
import { textOf } from "../../program_output.ts";
import { preparation, type Prepared, rc, resultOf, say } from "./result.ts";
import { endAll, endRunning, runProgram } from "./run_program.ts";
import { writtenMetaData } from "./written_meta_data.ts";

/** What the operator chooses. */
export interface LsbOptions extends Surroundings {
  /** Folder of the scripts. */
  readonly scripts: string;
}

/** Actions of a resource, and those of a script. */
const actions: ReadonlyMap<string, string> = new Map([
  ["start", "start"],
  ["stop", "stop"],
  ["monitor", "status"],
  ["status", "status"],
  ["reload", "reload"],
]);

/** Bytes of a script in which its header is looked for. */
const headerBytesMax = 64 * 1024;

/** Makes the methods of the class. */
export function lsbClass(options: LsbOptions): Ra {
  const { scripts } = options;
  return {
    list: () => runnableIn(scripts).map((type) => ({ type })),
    async describe({ type }) {
      const why = noScript(type, scripts);
      if (why !== undefined) throw new Error(why);
      return await describeScript(type, `${scripts}/${type}`);
    },
    async run(operation) {
      const { agent: { type }, action, timeoutMs } = operation;
      if (action === "meta-data" && noScript(type, scripts) === undefined) {
        return say(rc.ok, await describeScript(type, `${scripts}/${type}`));
      }
      const prepared = prepare(operation, options);
      if ("rc" in prepared) return prepared;
      const { path, args: [word = ""] } = prepared;
      const ended = await runProgram({ ...prepared, timeoutMs, operation });
      return resultOf(
        ended,
        { path, timeoutMs },
        word === "status" ? ofLsbStatus : (code) => ofLsbAction(word, code),
      );
    },
    prepare: (operation) => preparation(prepare(operation, options)),
    end: endRunning,
    close: endAll,
  };
}

function prepare({ agent: { type }, action }: RaOperation, options: LsbOptions): Prepared {
  const why = noScript(type, options.scripts);
  if (why !== undefined) return say(rc.notInstalled, why);
  const word = actions.get(action);
  if (word === undefined) return say(rc.unimplemented, `an init script has no "${action}"`);
  return { path: `${options.scripts}/${type}`, args: [word], env: environment(options) };
}

/** Why there is no such script; undefined if there is one. */
export function noScript(type: string, scripts: string): string | undefined {
  if (agentName.test(type)) return notRunnable(`${scripts}/${type}`);
  return `${JSON.stringify(type.slice(0, 64))} cannot be the name of a script in ${scripts}`;
}

async function describeScript(type: string, path: string): Promise<string> {
  const bytes = new Uint8Array(headerBytesMax);
  using file = await Deno.open(path);
  const read = await file.read(bytes) ?? 0;
  const { summary = `init script ${type}`, description } = lsbHeader(
    textOf(bytes.subarray(0, read)),
  );
  return writtenMetaData({
    type,
    summary,
    ...(description === undefined ? {} : { description }),
    actions: ["reload"],
  });
}
