import assert from "node:assert/strict";
import { bindUdp } from "./udp.ts";

Deno.test("a socket that cannot be bound says where, why and how to fix it", {
  permissions: { net: ["127.0.0.1"] },
}, () => {
  using socket = { it: bindUdp("127.0.0.1", 0), [Symbol.dispose]: () => socket.it.close() };
  const { port } = socket.it.addr as Deno.NetAddr;
  assert.throws(() => bindUdp("127.0.0.1", port), {
    message: `Cannot bind UDP 127.0.0.1 port ${port}: another process has that port: end it, or ` +
      "choose another port on every node",
  });
  assert.throws(() => bindUdp("0.0.0.0", 0), Deno.errors.NotCapable);
});
