import assert from "node:assert/strict";
import { diagnosticText } from "../../../../metadata/diagnostic.ts";
import type { Permissions } from "../../../../pils/manifest.ts";
import { beyond } from "./beyond.ts";

const folder = new URL("file:///site/stonith/foo/");
const declared: Permissions = {
  net: ["{address}:{port}", "192.0.2.7:623"],
  read: ["{keys.file}", "/etc/foo.conf"],
};

Deno.test("tests have what the manifest declares, loopback and their own files", () => {
  const free: Permissions = {
    net: ["10.0.0.1:80", "192.0.2.7:623", "127.0.0.1:0", "127.0.0.1", "localhost:1", "[::1]:9"],
    read: ["/etc/foo.conf", "/tmp/key", "/site/stonith/foo/mod.ts"],
  };
  assert.deepEqual(beyond(free, declared, folder), []);
  assert.deepEqual(beyond({ read: ["/site/stonith/foo/x"] }, {}, folder), []);
});

Deno.test("tests have nothing else, however it is written", () => {
  const all: Permissions = {
    net: ["10.0.0.1", "evil.example", "127.0.0.1,0.0.0.0", "127.0.0.1.evil.example", "*"],
    read: ["/etc/foo.conf,/", "/", "etc", "/a/../b", "/site/stonith/foo/../../x"],
    write: ["/site/stonith/foo/mod.ts"],
    run: ["/bin/sh"],
    env: ["HOME"],
    ffi: ["/lib/x.so"],
    sys: ["hostname"],
  };
  const found = beyond(all, declared, folder);
  assert.equal(found.length, Object.values(all).flat().length);
  for (const one of found) assert.match(diagnosticText(one), /\[HA2005\]\. Fix: /);
  assert.equal(beyond({ read: ["/site/stonith/foobar/x"] }, {}, folder).length, 1);
});
