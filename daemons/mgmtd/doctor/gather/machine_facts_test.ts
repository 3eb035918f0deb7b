import assert from "node:assert/strict";
import { configWith } from "../testing/healthy.ts";
import { machineFacts, portsOf } from "./machine_facts.ts";

const config = configWith();

Deno.test("the lines of the machine are read as facts; what is odd is left out", () => {
  const lines = [
    "host\tvm",
    "v4\t192.0.2.1",
    "v6\tfe80000000000000000000000000000a",
    "disk\tstate\text2/ext3\t1000 500",
    "disk\trun\ttmpfs\t",
    "service\tenabled\tactive",
    "clock\tmaybe",
    "descriptors\tunlimited",
    "buffers\t212992\tx",
    "receiver\t010200C0:02B6\tno\tother",
    "receiver\t090200C0:02B6\tno\telsewhere",
    "receiver\t00000000:02B6\tyes\tdeno",
    "receiver\t00000000000000000000000000000000:0035\tno\tdns",
    "nonsense",
  ].map((line) => line.split("\t"));
  assert.deepEqual(portsOf(config), [694]);
  assert.deepEqual(machineFacts(lines, config), {
    host: "vm",
    addresses: ["192.0.2.1", "fe80::a"],
    disks: [{ use: "state", path: "/var/lib/ha", type: "ext2/ext3", sizeKiB: 1000, freeKiB: 500 }],
    service: { enabled: "enabled", active: "active" },
    descriptors: Infinity,
    receivers: [
      { port: 694, program: "other", isOurs: false },
      { port: 694, program: "deno", isOurs: true },
    ],
  });
});
