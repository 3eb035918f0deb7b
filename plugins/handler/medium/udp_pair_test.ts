import assert from "node:assert/strict";
import { pause } from "../../../metadata/timer.ts";
import { testingHost } from "../testing_host.ts";
import type { MediumEvent } from "./contract.ts";
import { bindUdp, udpBytesMax } from "./udp.ts";
import { udpPair } from "./udp_pair.ts";

Deno.test("the largest packet is sent, a larger one is reported, and closing is no trouble", {
  permissions: { net: ["127.0.0.1"] },
}, async () => {
  const [receiver, sender] = [bindUdp("127.0.0.1", 0), bindUdp("127.0.0.1", 0)];
  const to = receiver.addr as Deno.NetAddr;
  const host = testingHost<MediumEvent>();
  const medium = udpPair({ link: "lo", receiver, sender, to }, host);
  const packets = () =>
    host.events.flatMap((event) => event.type === "packet" ? [event.bytes] : []);
  await medium.send(new Uint8Array(udpBytesMax + 1));
  assert.match(JSON.stringify(host.events), /65508 bytes does not fit into 65507/);
  await medium.send(new Uint8Array(udpBytesMax));
  while (packets().length === 0) await pause(1);
  assert.deepEqual(packets().map(({ length }) => length), [udpBytesMax]);
  assert.deepEqual(await medium.describe(), { link: "lo", mtuBytes: udpBytesMax, type: "cluster" });
  void medium.send(Uint8Array.of(1));
  await medium.close?.();
  await pause(5);
  assert.equal(host.events.filter(({ type }) => type === "trouble").length, 1);
});
