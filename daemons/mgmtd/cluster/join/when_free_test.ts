import assert from "node:assert/strict";
import { whenFree } from "./when_free.ts";

const permissions = { net: ["127.0.0.1"] };

Deno.test("a token waits for the port of the one before", { permissions }, async () => {
  using before = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = before.addr;
  const listen = () => Deno.listen({ hostname: "127.0.0.1", port });
  const next = whenFree(listen, 5_000);
  before.close();
  using listener = await next;
  assert.equal(listener.addr.port, port);
});

Deno.test("a port that stays taken is an error, after its time", { permissions }, async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const listen = () => Deno.listen({ hostname: "127.0.0.1", port: taken.addr.port });
  const begun = performance.now();
  await assert.rejects(whenFree(listen, 200), Deno.errors.AddrInUse);
  assert.ok(performance.now() - begun >= 200);
});
