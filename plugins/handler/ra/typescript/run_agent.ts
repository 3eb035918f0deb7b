/**
 * One action, or the service, of one agent, in a process with that agent's permissions and no others:
 *
 *     deno run <permissions> run.ts action <type> <action>  < parameters as JSON
 *     deno run run.ts load <type>            loads what the other two would, and does nothing with it
 *     deno run <permissions> run.ts service <type> <resource> <node> <parameters as JSON>
 *
 * The exit code of an action is the OCF result code. Nothing secret may be a parameter of a service:
 * its arguments can be seen by others.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { type Agent, agentOf, type Agents, rc } from "./agent.ts";

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
  const parameters: unknown = JSON.parse(await new Response(Deno.stdin.readable).text());
  const known = (await actions?.())?.default;
  const perform: unknown =
    typeof known === "object" && known !== null && Object.hasOwn(known, action)
      ? Reflect.get(known, action)
      : undefined;
  if (typeof perform !== "function") return rc.unimplemented;
  try {
    return Number(await perform(parameters));
  } catch (error) {
    console.error(messageOf(error));
    return error instanceof Deno.errors.NotCapable ? rc.permission : rc.error;
  }
}

async function serve(
  { service, manifest }: Agent,
  [resource = "", node = "", parameters = "{}"]: readonly string[],
): Promise<void> {
  const serve: unknown = (await service?.())?.default;
  if (typeof serve !== "function") {
    throw new TypeError(`service.ts of "${manifest.type}" exports ${typeof serve}, not a function`);
  }
  await serve(JSON.parse(parameters), { node, resource });
}
