import assert from "node:assert/strict";
import { conform } from "../../../conform.ts";
import { testingHost } from "../../../testing_host.ts";
import { clauses, sample } from "../../conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

/** A server to try it on. */
const port = 30_000 + Deno.pid % 10_000;
const bodies: unknown[] = [];
let server: Deno.HttpServer | undefined;

Deno.test.beforeAll(() => {
  server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async (request) => {
    bodies.push(await request.json());
    return new Response(null, { status: new URL(request.url).pathname === "/no" ? 500 : 204 });
  });
});
Deno.test.afterAll(() => server?.shutdown());

conform(clauses, { manifest, plugin, config: { address: "127.0.0.1", port } });

Deno.test("an alert arrives whole, and one that is refused is an error", {
  permissions: { net: [`127.0.0.1:${port}`] },
}, async () => {
  const api = await plugin({ address: "127.0.0.1", port, path: "/alerts" }, testingHost());
  await api.notify(sample);
  assert.deepEqual(bodies.at(-1), sample);
  const refused = await plugin({ address: "127.0.0.1", port, path: "/no" }, testingHost());
  await assert.rejects(Promise.resolve(refused.notify(sample)), /answers 500/);
});
