/**
 * What runs on a node imports no schema library, which would cost each process 8 MiB, and no package
 * that the recovery manager does not compare.
 */
import assert from "node:assert/strict";
import { nodePackages } from "../daemons/site/packages/verify.ts";
import { importsOf, project, sources } from "./imports.ts";

/** The modules of the processes of a node, and those of a plugin's process. */
const roots = [
  ...["recoverymgrd/node", "heartbeat/mod", "heartbeat/tick_inside", "cluster/mod", "lrmd/mod"],
  ...["stonithd/mod", "logd/mod", "apphbd/mod", "pengine/mod", "pengine/worker"],
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

Deno.test("a node imports no package but those that are compared at its start", {
  permissions: { read: [project] },
}, () => {
  const shipped = sources("plugins").filter((path) => /^plugins\/\w+\/\w+\/mod\.ts$/.test(path));
  assert.ok(shipped.length > 20);
  const from = new Set([...roots, ...shipped, "daemons/recoverymgrd/mod.ts"]);
  const packages = new Set<string>();
  const { imports }: { readonly imports: Readonly<Record<string, string>> } = JSON.parse(
    Deno.readTextFileSync(`${project}/deno.json`),
  );
  /** A name of the import map may stand for a module of the project. */
  const meant = (name: string): string => {
    const target = imports[name] ?? "";
    return target.startsWith("./") ? target.slice(2) : name;
  };
  for (const path of from) {
    for (const { to: name, typeOnly } of importsOf(path)) {
      if (typeOnly) continue;
      const to = meant(name);
      if (/^(?:daemons|metadata|pils|plugins)\/.*\.ts$/.test(to)) from.add(to);
      else if (!to.startsWith("node:")) packages.add(to);
    }
  }
  // What a package imports itself is in the list too: xmlchars, of saxes.
  assert.deepEqual([...packages].filter((name) => !nodePackages.includes(name)), []);
  assert.ok(packages.has("saxes"));
});

Deno.test("only the thread of the policy engine imports the engine", {
  permissions: { read: [project] },
}, () => {
  const reached = (root: string) => {
    const from = new Set([root]);
    for (const path of from) {
      for (const { to, typeOnly } of importsOf(path)) {
        if (!typeOnly && /\.ts$/.test(to)) from.add(to);
      }
    }
    return from;
  };
  const engine = "daemons/pengine/schedule.ts";
  assert.ok(reached("daemons/pengine/worker.ts").has(engine));
  const process = reached("daemons/pengine/mod.ts");
  assert.ok(!process.has(engine), "the process of pengine would hold the engine twice");
  assert.ok(!process.has("metadata/xml/parse.ts"), "the process of pengine reads no XML");
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
