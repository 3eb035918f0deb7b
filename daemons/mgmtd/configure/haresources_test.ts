import assert from "node:assert/strict";
import { readHaresources } from "./haresources.ts";

Deno.test("groups, continued lines, bare addresses, arguments", () => {
  const { groups, diagnostics } = readHaresources(
    "# comment\nNode1 10.0.0.5/24/eth0 \\\n  Filesystem::/dev/sdb1::/data::ext4 apache # end\n\nnode2 x\n",
    ["node1", "node2"],
  );
  assert.deepEqual(groups, [
    {
      line: 2,
      node: "node1",
      resources: [
        { script: "IPaddr", args: ["10.0.0.5/24/eth0"] },
        { script: "Filesystem", args: ["/dev/sdb1", "/data", "ext4"] },
        { script: "apache", args: [] },
      ],
    },
    { line: 5, node: "node2", resources: [{ script: "x", args: [] }] },
  ]);
  assert.deepEqual(diagnostics.map(({ severity, line }) => [severity, line]), [
    ["warning", 2],
    ["warning", 5],
  ]);
});

Deno.test("what cannot be meant is told, line by line", () => {
  const { diagnostics } = readHaresources(
    "node9 apache\nnode1\nnode1 ../../bin/sh::-c\nnode1 a \\",
    ["node1"],
  );
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors.map(({ line, what }) => [line, what]), [
    [1, '"node9" is not a node of ha.cf'],
    [2, "node1 has no resource"],
    [3, '"../../bin/sh" is not the name of a script'],
  ]);
});

Deno.test("an IPv6 address is one word, bare or as an argument", () => {
  const { groups, diagnostics } = readHaresources(
    "\ufeffalpha 2001:db8::5/64/eth0 IPv6addr::2001:db8::10/64 ::1 MailTo::root@example.org::Failover\n",
    ["alpha"],
  );
  assert.deepEqual(groups[0]?.resources, [
    { script: "IPv6addr", args: ["2001:db8::5/64/eth0"] },
    { script: "IPv6addr", args: ["2001:db8::10/64"] },
    { script: "IPv6addr", args: ["::1"] },
    { script: "MailTo", args: ["root@example.org", "Failover"] },
  ]);
  assert.deepEqual(diagnostics.map(({ severity }) => severity), ["warning"]);
});
