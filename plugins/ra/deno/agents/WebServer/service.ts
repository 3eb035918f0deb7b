/**
 * The web server itself.
 *
 * @module
 */
import type { Service } from "../../../../handler/ra/typescript/agent.ts";
import type manifest from "./manifest.ts";

const serve: Service<typeof manifest> = async ({ address, port, text }, { node, resource }) => {
  const server = Deno.serve({
    hostname: address,
    port,
    onListen: () => {},
    handler: () => new Response(`${text}, from ${node} (${resource})\n`),
  });
  await server.finished;
};

export default serve;
