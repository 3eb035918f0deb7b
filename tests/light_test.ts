/** What runs on a node imports no schema library: it would cost each process 8 MiB. */
import assert from "node:assert/strict";
import { importsOf, project } from "./imports.ts";

/** The modules of the processes of a node, and those of a plugin's process. */
const roots = [
  ...["recoverymgrd/node", "heartbeat/mod", "heartbeat/tick_inside", "cluster/mod", "lrmd/mod"],
  ...["stonithd/mod", "pengine/process", "pengine/worker"],
].map((name) => `daemons/${name}.ts`).concat("pils/boot_process.ts", "plugins/ra/deno/mod.ts");

/** Every process of a node has the table of all messages, and pays for what that imports. */
const table = "daemons/protocols.ts";

Deno.test("the table of messages imports no package and no module of Node", {
  permissions: { read: [project] },
}, () => {
  const from = new Set([table]);
  for (const path of from) {
    for (const { to, typeOnly } of importsOf(path)) {
      if (typeOnly) continue;
      assert.match(
        to,
        /\.ts$/,
        `${path} imports ${to}. Fix: import what the reader needs from less`,
      );
      from.add(to);
    }
  }
  assert.ok(from.size > 10);
});

Deno.test("no process of a node imports zod", { permissions: { read: [project] } }, () => {
  for (const root of roots) {
    const from = new Map([[root, ""]]);
    for (const [path] of from) {
      for (const { to, typeOnly } of importsOf(path)) {
        if (typeOnly || from.has(to)) continue;
        if (to === "zod") {
          const way = [path];
          for (let at = path; at !== root;) way.unshift(at = from.get(at) ?? root);
          assert.fail(`${way.join(" imports ")} imports zod. Fix: see daemons/README.md`);
        }
        if (/^(?:daemons|metadata|pils|plugins)\/.*\.ts$/.test(to)) from.set(to, path);
      }
    }
    assert.ok(from.size > 5, `${root}: ${from.size} modules`);
  }
});
