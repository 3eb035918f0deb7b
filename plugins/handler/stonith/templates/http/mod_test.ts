import { conform } from "../../../conform.ts";
import { clauses } from "../../conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

/** A switch to try it on. */
const port = 20_000 + Deno.pid % 10_000;
let power = "on";
let server: Deno.HttpServer | undefined;

Deno.test.beforeAll(() => {
  server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, (request) => {
    power = new URL(request.url).searchParams.get("power") ?? power;
    return Response.json({ power });
  });
});
Deno.test.afterAll(() => server?.shutdown());

conform(clauses, {
  manifest,
  plugin,
  config: { address: "127.0.0.1", port, hostlist: ["alice"] },
  given: {
    host: "alice",
    revive: () => Promise.resolve(void (power = "on")),
    misdirected: [{ port: port + 1 }],
    alive: () => Promise.resolve(power === "on"),
  },
});
