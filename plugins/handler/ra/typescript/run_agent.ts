/**
 * One action, or the service, of one agent, in a process with that agent's permissions and no others:
 *
 *     deno run <permissions> run.ts action <type> <action>  < parameters as JSON
 *     deno run run.ts load <type>            loads what the other two would, and does nothing with it
 *     deno run <permissions> run.ts service <type> <resource> <node>  < parameters as JSON
 *
 * The exit code of an action is the OCF result code. Parameters are never arguments, which others can
 * see.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { type Agent, agentOf, type Agents, rc } from "./agent.ts";
import { promotionLine } from "./reported.ts";

/** Runs what the command line names. The agents import their parts by literal names, which needs no permission. */
export async function runAgent(agents: Agents): Promise<void> {
  const [what, type = "", ...rest] = Deno.args;
  const agent = agentOf(agents, type);
  if (agent === undefined) Deno.exit(rc.notInstalled);
  if (what === "load") Deno.exit(await load(agent));
  else if (what === "service") await serve(agent, rest);
  else Deno.exit(await act(agent, rest));
}

/** Tries every part, so that all that cannot be loaded is named at once. */
async function load({ manifest: { type }, actions, service }: Agent): Promise<number> {
  let code: number = rc.ok;
  for (const [part, load] of Object.entries({ actions, service })) {
    try {
      await load?.();
    } catch (error) {
      code = rc.notInstalled;
      console.error(
        withCode(
          "HA7005",
          `Cannot load ${part} of agent "${type}": ${
            messageOf(error)
          }. Fix: add the module that is ` +
            "named, or correct the import; an agent may import files of its plugin and of the project " +
            "and modules of Node, no packages; then run ha plugin check",
        ),
      );
    }
  }
  return code;
}

async function act({ actions }: Agent, [action = ""]: readonly string[]): Promise<number> {
  const parameters = await parametersGiven();
  const known = (await actions?.())?.default;
  const perform: unknown =
    typeof known === "object" && known !== null && Object.hasOwn(known, action)
      ? Reflect.get(known, action)
      : undefined;
  if (typeof perform !== "function") return rc.unimplemented;
  try {
    const given: unknown = await perform(parameters);
    if (typeof given !== "object" || given === null) return Number(given);
    const { rc: code, promotion }: Readonly<Record<string, unknown>> = { ...given };
    if (promotion !== undefined) console.log(promotionLine(promotion));
    return Number(code);
  } catch (error) {
    console.error(messageOf(error));
    return error instanceof Deno.errors.NotCapable ? rc.permission : rc.error;
  }
}

async function serve(
  { service, manifest }: Agent,
  [resource = "", node = ""]: readonly string[],
): Promise<void> {
  const serve: unknown = (await service?.())?.default;
  if (typeof serve !== "function") {
    throw new TypeError(`service.ts of "${manifest.type}" exports ${typeof serve}, not a function`);
  }
  await serve(await parametersGiven(), { node, resource });
}

/** The parameters, which stand on standard input. */
async function parametersGiven(): Promise<unknown> {
  return JSON.parse(await new Response(Deno.stdin.readable).text());
}
