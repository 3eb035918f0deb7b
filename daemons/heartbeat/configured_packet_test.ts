import assert from "node:assert/strict";
import { packetBytesDefault } from "./config.ts";
import { configuredPacketBytes, loopbackBytes } from "./configured_packet.ts";

const media = (...addresses: readonly (string | undefined)[]) =>
  addresses.map((address) => ({
    plugin: "medium/ucast",
    ...(address === undefined ? {} : { address }),
  }));

Deno.test(
  "packets are larger where every link is the loopback, unless the operator says otherwise",
  {
    permissions: {},
  },
  () => {
    for (const near of [media("127.0.0.1"), media("::1", "127.9.9.9")]) {
      assert.equal(configuredPacketBytes({ media: near }), loopbackBytes);
      assert.equal(configuredPacketBytes({ media: near, packetBytes: 1_000 }), 1_000);
    }
    for (const far of [media("10.0.0.1"), media("127.0.0.1", "10.0.0.1"), media(undefined)]) {
      assert.equal(configuredPacketBytes({ media: far }), packetBytesDefault);
    }
  },
);
