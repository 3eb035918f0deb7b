/**
 * The program in which one action of one agent runs, with that agent's permissions and no others:
 *
 *     deno run <permissions> run_action.ts <type> <action>  < parameters as JSON
 *
 * The exit code is the OCF result code.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { rc } from "./agent.ts";

const [type = "", action = ""] = Deno.args;
const parameters = JSON.parse(await new Response(Deno.stdin.readable).text()) as never;
const { default: actions } = await loaded(type);
const perform = Object.hasOwn(actions, action) ? actions[action] : undefined;
if (perform === undefined) Deno.exit(rc.unimplemented);
try {
  Deno.exit(await perform(parameters));
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(error instanceof Deno.errors.NotCapable ? rc.permission : rc.error);
}

/** Literal imports: what may be loaded is written here, and loading needs no permission. */
function loaded(type: string): Promise<{
  readonly default: Readonly<Record<string, (parameters: never) => number | Promise<number>>>;
}> {
  switch (type) {
    case "Dummy":
      return import("./agents/Dummy/actions.ts");
    case "WebServer":
      return import("./agents/WebServer/actions.ts");
    default:
      Deno.exit(rc.notInstalled);
  }
}
