import assert from "node:assert/strict";
import { isolationOf } from "./isolation.ts";
import type { Isolation, Permissions } from "./manifest.ts";

Deno.test("the rule of isolation", () => {
  const none: Permissions = {};
  const net: Permissions = { net: ["10.0.0.1:623"] };
  const run: Permissions = { run: ["/usr/bin/ssh"] };
  const table: readonly [string, Partial<Parameters<typeof isolationOf>[0]>, Isolation][] = [
    ["shipped, asks nothing", { permissions: none }, "inline"],
    ["shipped, net", { permissions: net }, "worker"],
    ["shipped, read", { permissions: { read: ["/etc/key"] } }, "worker"],
    ["shipped, read of a device", { permissions: { read: ["/dev/ttyS0"] } }, "process"],
    ["shipped, write", { permissions: { write: ["/var/x"] } }, "process"],
    ["shipped, ffi", { permissions: { ffi: ["/lib/x.so"] } }, "process"],
    ["shipped, run", { permissions: run }, "process"],
    ["net, kind inlined", { permissions: net, inline: ["stonith"] }, "inline"],
    ["run, kind inlined", { permissions: run, inline: ["stonith"] }, "process"],
    ["run, plugin inlined", { permissions: run, inline: ["stonith/x"] }, "inline"],
    ["third party", { shipped: false }, "process"],
    ["third party, inlined in vain", { shipped: false, inline: ["stonith/x"] }, "process"],
    ["wish for more", { wishes: ["process"] }, "process"],
    ["wish for less", { permissions: net, wishes: ["inline"] }, "worker"],
    ["operator raises", { wishes: [undefined, "worker"] }, "worker"],
    ["operator cannot lower", { permissions: run, wishes: ["inline", "inline"] }, "process"],
  ];
  for (const [what, given, wanted] of table) {
    const base = { id: "stonith/x", shipped: true, permissions: none, inline: [], wishes: [] };
    assert.equal(isolationOf({ ...base, ...given }), wanted, what);
  }
});
