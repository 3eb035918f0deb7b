/**
 * What runs while the resource is started, until it gets SIGTERM.
 *
 * @module
 */
import type { Service } from "../../../../typescript/agent.ts";
import type manifest from "./manifest.ts";

const serve: Service<typeof manifest> = async ({ address, port, token }, { node, resource }) => {
  const server = Deno.serve({
    hostname: address,
    port,
    onListen: () => {},
    handler: ({ headers }) =>
      token === undefined || headers.get("authorization") === `Bearer ${token}`
        ? new Response(`${resource} on ${node}\n`)
        : new Response("not for you\n", { status: 401 }),
  });
  await server.finished;
};

export default serve;
