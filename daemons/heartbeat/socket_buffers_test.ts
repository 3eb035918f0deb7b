import assert from "node:assert/strict";
import { libraries } from "./clients/peer_credentials.ts";
import { bufferEnlarger } from "./socket_buffers.ts";

Deno.test("without the grant nothing is enlarged", { permissions: "none" }, () => {
  assert.equal(bufferEnlarger(), undefined);
});

const granted = libraries.filter((path) =>
  Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
);

Deno.test({
  name: "with it the kernel keeps more for a socket than it did, once",
  ignore: granted.length === 0,
  permissions: { ffi: granted, net: ["127.0.0.1"] },
  async fn() {
    const enlarger = bufferEnlarger();
    assert.ok(enlarger);
    const to = { transport: "udp", hostname: "127.0.0.1", port: 0 } as const;
    const socket = Deno.listenDatagram(to);
    const sender = Deno.listenDatagram(to);
    try {
      assert.ok(enlarger.enlarge() >= 2);
      assert.equal(enlarger.enlarge(), 0);
      // More than the default holds of packets this large: none is lost before it is read.
      const packet = new Uint8Array(60_000);
      for (let count = 0; count < 6; count++) await sender.send(packet, socket.addr);
      for (let count = 0; count < 6; count++) {
        const [bytes] = await socket.receive(new Uint8Array(65_536));
        assert.equal(bytes.length, packet.length);
      }
    } finally {
      socket.close();
      sender.close();
      enlarger.close();
    }
  },
});
