import assert from "node:assert/strict";
import type { PermissionName } from "./manifest.ts";
import { covers, refusals } from "./policy.ts";

Deno.test("a permission covers itself, folders what is in them, networks their addresses", {
  permissions: {},
}, () => {
  const table: readonly (readonly [PermissionName, string, string, boolean])[] = [
    ["env", "HOME", "HOME", true],
    ["env", "HOME", "HOME2", false],
    ["run", "/bin", "/bin/sh", false],
    ["ffi", "/lib", "/lib/a.so", false],
    ["read", "/etc", "/etc", true],
    ["read", "/etc", "/etc/ha", true],
    ["read", "/etc", "/etc2", false],
    ["write", "/srv", "/srv/a", true],
    ["net", "unix:/run", "unix:/run/a", false],
    ["net", "10.0.0.1", "10.0.0.1:694", true],
    ["net", "10.0.0.1", "10.0.0.12:694", false],
    ["net", "10.0.0.1:694", "10.0.0.1:694", true],
    ["net", "10.0.0.1:694", "10.0.0.1:695", false],
    ["net", "pdu", "pdu:80", true],
    ["net", "10.0.0.0/8", "10.255.255.255:1", true],
    ["net", "10.0.0.0/8", "11.0.0.0", false],
    ["net", "10.0.0.128/25", "10.0.0.127", false],
    ["net", "10.0.0.128/25", "10.0.0.128", true],
    ["net", "0.0.0.0/0", "255.255.255.255", true],
    ["net", "10.0.0.7/32", "10.0.0.7:1", true],
    ["net", "10.0.0.7/32", "10.0.0.8:1", false],
    ["net", "10.0.0.0/8", "pdu", false],
    ["net", "10.0.0.0/8", "10.0.0.256", false],
    ["net", "10.0.0.256/24", "10.0.1.1", false],
  ];
  for (const [name, wide, narrow, covered] of table) {
    assert.equal(covers(name, wide, narrow), covered, `${name} ${wide} ${narrow}`);
  }
});

Deno.test("rules for all, for a kind and for a plugin add up, and what is left is refused", {
  permissions: {},
}, () => {
  const granted = { net: ["10.0.0.1:1"], read: ["/etc/a", "/srv/b"], run: ["/bin/sh"] };
  assert.deepEqual(refusals("stonith/ipmi", granted), []);
  const paths = (policy: Parameters<typeof refusals>[2]) =>
    refusals("stonith/ipmi", granted, policy).map(({ what }) =>
      what.replace('"stonith/ipmi" ', "")
    );
  assert.deepEqual(paths({}), [
    'asks net "10.0.0.1:1"',
    'asks read "/etc/a"',
    'asks read "/srv/b"',
    'asks run "/bin/sh"',
  ]);
  assert.deepEqual(
    paths({
      "*": { net: ["10.0.0.0/8"] },
      "stonith/*": { read: ["/etc"] },
      "ra/ipmi": { run: ["*"] },
    }),
    ['asks read "/srv/b"', 'asks run "/bin/sh"'],
  );
  assert.deepEqual(paths({ "stonith/ipmi": { net: ["*"], read: ["*"], run: ["*"] } }), []);
  const [first] = refusals("stonith/ipmi", granted, {});
  assert.equal(
    first?.fix,
    "if it is right, run: ha plugin trust stonith/ipmi --allow-net=10.0.0.1:1",
  );
});
