import assert from "node:assert/strict";
import fc from "fast-check";
import { fill } from "./grant.ts";
import { permissionNames } from "./manifest.ts";
import { covers, refusals } from "../metadata/policy.ts";
import type { Permissions } from "./manifest.ts";

const filled = (permissions: Permissions, config: unknown, deno?: string) => {
  const result = fill(permissions, config, deno);
  return result.ok ? result.value : result.diagnostics.map(({ why }) => why).join("; ");
};

Deno.test("templates are filled from the configuration", () => {
  const table: readonly [Permissions, unknown, Permissions][] = [
    [{ net: ["{a}:{p}"] }, { a: "10.0.0.5", p: 623 }, { net: ["10.0.0.5:623"] }],
    [{ net: ["{a}:{p}"] }, { a: "fe80::1", p: 623 }, { net: ["[fe80::1]:623"] }],
    [{ net: ["{a}"] }, { a: "switch-1.example.org" }, { net: ["switch-1.example.org"] }],
    [{ net: ["{u}"] }, { u: "https://plug.local/on" }, { net: ["plug.local:443"] }],
    [{ net: ["{u}"] }, { u: "http://[::1]:8080/" }, { net: ["[::1]:8080"] }],
    [{ net: ["{p.a}:{q}"] }, { p: [{ a: "a" }, { a: "b" }], q: [1, 2] }, {
      net: ["a:1", "a:2", "b:1", "b:2"],
    }],
    [{ net: ["239.0.0.0/8", "unix:{s}"] }, { s: "/run/x.sock" }, {
      net: ["239.0.0.0/8", "unix:/run/x.sock"],
    }],
    [{ read: ["{k}", "/etc/hosts"] }, { k: "/etc/ha/key" }, {
      read: ["/etc/ha/key", "/etc/hosts"],
    }],
    [{ read: ["{k}"], net: ["{a}"] }, {}, {}], // optional fields without a value ask nothing
    [{ run: ["{deno}"] }, {}, { run: ["/usr/bin/deno"] }],
    [{ env: ["HOME"], sys: ["hostname"] }, {}, { env: ["HOME"], sys: ["hostname"] }],
  ];
  for (const [permissions, config, wanted] of table) {
    assert.deepEqual(filled(permissions, config, "/usr/bin/deno"), wanted);
  }
});

Deno.test("a value never widens a template", () => {
  const hosts = ["", " ", "a,b", "a b", "*", "*.org", "10.0.0.0/8", "a:80", "a:80,b", "a\0b"];
  hosts.push("unix:/x", "file:///x", "a/b", "..", "-x", "a\nb", "[::1]", "::1,a", "http://a,b/");
  for (const host of hosts) {
    assert.match(String(filled({ net: ["{h}:1"] }, { h: host })), /not plain/, host);
  }
  for (const port of [-1, 65_536, 1.5, NaN, Infinity]) {
    assert.match(String(filled({ net: ["a:{p}"] }, { p: port })), /not plain/);
  }
  const paths = ["", "/", "a", "./a", "/a/../b", "/a/./b", "/a,/b", "/a\0", "/a*", "/a//b", "/a/"];
  paths.push("file:///etc/shadow", "/a?b", '/a"', "/a\\b", "{k}", "/{k}", "/a\nb");
  for (const path of paths) {
    assert.equal(typeof filled({ read: ["{k}"] }, { k: path }), "string", path);
    assert.equal(typeof filled({ read: ["/keys/{k}"] }, { k: `../${path}` }), "string", path);
  }
  for (const name of ["PATH,HOME", "*", "", "A B", "A*"]) {
    assert.equal(typeof filled({ env: ["{n}"] }, { n: name }), "string", name);
  }
  assert.match(String(filled({ run: ["{deno}"] }, {})), /./, "no {deno} without its path");
});

Deno.test("for any values an entry is one permission of the template's shape", () => {
  const template: Permissions = { net: ["{v}:{v}", "{v}"], read: ["/k/{v}"], env: ["{v}"] };
  fc.assert(fc.property(fc.oneof(fc.string(), fc.integer(), fc.webUrl(), fc.ipV6()), (v) => {
    const result = fill(template, { v });
    if (!result.ok) return;
    for (const name of permissionNames) {
      for (const entry of result.value[name] ?? []) {
        assert(!/[,\s*\0]/.test(entry), entry);
        if (name === "read") assert(entry.startsWith("/k/") && !entry.includes(".."), entry);
      }
    }
  }));
});

Deno.test("a policy covers by network, host and folder", () => {
  const table: readonly [Parameters<typeof covers>, boolean][] = [
    [["net", "10.0.0.0/8", "10.1.2.3:623"], true],
    [["net", "10.0.0.0/8", "11.0.0.1"], false],
    [["net", "10.0.0.0/8", "10.example.org"], false],
    [["net", "a", "a:1"], true],
    [["net", "a:1", "a"], false],
    [["net", "a:1", "a:11"], false],
    [["read", "/etc/ha", "/etc/ha/key"], true],
    [["read", "/etc/ha", "/etc/hallo"], false],
    [["run", "/bin", "/bin/sh"], false],
    [["env", "HOME", "HOME"], true],
  ];
  for (const [parameters, wanted] of table) {
    assert.equal(covers(...parameters), wanted, parameters.join(" "));
  }
  const policy = { "*": { read: ["/etc/hosts"] }, "stonith/ipmi": { net: ["10.0.0.0/8"] } };
  assert.deepEqual(
    refusals("stonith/ipmi", { net: ["10.0.0.1:1"], read: ["/etc/hosts"] }, policy),
    [],
  );
  const [refusal] = refusals("stonith/ssh", { net: ["10.0.0.1:22"] }, policy);
  assert.equal(
    refusal?.fix,
    "if it is right, run: ha plugin trust stonith/ssh --allow-net=10.0.0.1:22",
  );
});

Deno.test("fields of one item of a list are filled together", () => {
  const filled = fill({ net: ["{peers.address}:{peers.port}"] }, {
    peers: [{ address: "10.0.0.1", port: 1 }, { address: "10.0.0.2", port: 2 }],
  });
  assert.deepEqual(filled.ok && filled.value, { net: ["10.0.0.1:1", "10.0.0.2:2"] });
});
