/**
 * The program in which the service of an agent lives, with its permissions and no others:
 *
 *     deno run <permissions> run_service.ts <type> <resource> <node> <parameters as JSON>
 *
 * Nothing secret may be a parameter of a service: its arguments can be seen by others.
 *
 * @module
 */

const [type = "", resource = "", node = "", parameters = "{}"] = Deno.args;
const { default: serve } = await loaded(type);
await serve(JSON.parse(parameters) as never, { node, resource });

/** Literal imports: what may be loaded is written here, and loading needs no permission. */
function loaded(type: string): Promise<{
  readonly default: (
    parameters: never,
    about: { readonly node: string; readonly resource: string },
  ) => void | Promise<void>;
}> {
  switch (type) {
    case "WebServer":
      return import("./agents/WebServer/service.ts");
    default:
      throw new TypeError(`No agent of class deno has a service of type "${type}"`);
  }
}
