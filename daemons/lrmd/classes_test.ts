import assert from "node:assert/strict";
import { manifestsIn } from "../site/consent/manifests.ts";
import { projectLock } from "../site/loader_of.ts";
import { filePath } from "../../pils/found.ts";
import { classesOf } from "./classes.ts";

Deno.test("each ra plugin of the project is a class, an entry of the operator comes first", {
  permissions: { read: [filePath(new URL(".", projectLock))] },
}, async () => {
  const shipped = await manifestsIn([projectLock]);
  const names = { cluster: "c", node: "alice" };
  const site = { ...names, run: "/run/ha" };
  const pathfirst = "/run/ha/programs";
  const own = classesOf(site, shipped);
  assert.deepEqual(Object.keys(own).sort(), [
    "deno",
    "heartbeat",
    "lsb",
    "ocf",
    "service",
    "systemd",
  ]);
  assert.deepEqual(own["deno"], { plugin: "ra/deno", config: names });
  // The node writes the programs that agents call into its run folder.
  assert.deepEqual(own["ocf"], { plugin: "ra/ocf", config: { ...names, pathfirst } });
  const deno = shipped.get("ra/deno");
  assert(deno);
  const manifests = new Map([
    ["ra/deno", deno],
    ["ra/ocf", { ...deno, name: "ocf", config: [] }],
    ["stonith/ocf", deno],
  ]);
  const later = { ids: [...manifests.keys()], get: (id: string) => manifests.get(id) };
  const agents = [{ class: "ocf", plugin: "ra/ours", folder: "/srv" }];
  assert.deepEqual(classesOf(site, later)["ocf"], { plugin: "ra/ocf", config: {} });
  assert.deepEqual(classesOf({ ...site, agents }, later), {
    deno: { plugin: "ra/deno", config: names },
    ocf: { plugin: "ra/ours", config: { folder: "/srv" } },
  });
});

Deno.test("a node names the classes that it has, and gives one of them parameters", {
  permissions: { read: [filePath(new URL(".", projectLock))] },
}, async () => {
  const shipped = await manifestsIn([projectLock]);
  const names = { cluster: "c", node: "alice" };
  const site = { ...names, run: "/run/ha" };
  const agents = [{ class: "ocf", plugin: "ra/ocf", root: "/opt/ocf" }];
  assert.deepEqual(classesOf({ ...site, agents, classes: ["deno"] }, shipped), {
    deno: { plugin: "ra/deno", config: names },
    // Without the names, a fencing device that ends processes would not find what its agents start.
    ocf: {
      plugin: "ra/ocf",
      config: { ...names, pathfirst: "/run/ha/programs", root: "/opt/ocf" },
    },
  });
  // Only a class that has a field for them is given the programs that agents call.
  const programs = "/usr/local/lib/ha/programs";
  assert.deepEqual(classesOf({ ...site, programs, classes: ["deno", "lsb"] }, shipped), {
    deno: { plugin: "ra/deno", config: names },
    lsb: { plugin: "ra/lsb", config: { ...names, pathfirst: programs } },
  });
  assert.deepEqual(classesOf({ ...site, classes: [] }, shipped), {});
  assert.throws(
    () => classesOf({ ...site, classes: ["ofc", "deno", "upstart"] }, shipped),
    /classes\[0\].*"ofc"[^]*Did you mean "ocf"[^]*classes\[2\].*"upstart"/,
  );
});
