import assert from "node:assert/strict";
import type { Loaded, Loader } from "../../pils/loader_types.ts";
import type { ProcessList } from "./description.ts";
import { readNodeConfig } from "./node_config/read.ts";
import { loadWithin, unwanted, wantedOf } from "./wanted_plugins.ts";

const list: ProcessList = [
  { name: "cluster", services: [], plugins: { kinds: ["quorum"], load: ["quorum"] } },
  { name: "lrmd", services: [], plugins: { kinds: ["ra"] } },
];

function configWith(load: readonly unknown[]) {
  const checked = readNodeConfig(JSON.stringify({
    cluster: "c",
    node: "alice",
    nodes: ["alice"],
    state: "/state",
    run: "/run",
    authkeys: "/authkeys",
    media: [{ plugin: "medium/ucast" }],
    load,
  }));
  assert(checked.ok, JSON.stringify(checked));
  return checked.value;
}

Deno.test("what a process always loads comes first, an entry adds to it or gives parameters", () => {
  const config = configWith([
    { plugin: "quorum/tiebreaker", address: "192.0.2.9" },
    { plugin: "compression/lz4" },
    { plugin: "quorum/majority", weight: 2 },
  ]);
  const always = ["quorum/majority", "quorum/two_node"];
  assert.deepEqual(wantedOf("quorum", { kinds: [], always }, config), [
    { plugin: "quorum/majority", config: { weight: 2 } },
    { plugin: "quorum/two_node", config: {} },
    { plugin: "quorum/tiebreaker", config: { address: "192.0.2.9" } },
  ]);
});

Deno.test("an entry that no process takes is named with its place", () => {
  const found = unwanted(
    list,
    configWith([{ plugin: "quorum/tiebreaker" }, { plugin: "ra/ocf" }]),
  );
  assert.deepEqual(found.map(({ path }) => path), [["load", 1, "plugin"]]);
  assert.match(found[0]?.why ?? "", /quorum/);
});

/** Gives every plugin at one level. */
const loaderAt = (isolation: Loaded<unknown>["isolation"]): Loader => ({
  // deno-lint-ignore no-explicit-any -- whatever is asked for: nothing of it is called
  load: (id: string): Promise<any> => Promise.resolve({ id, isolation, api: { id } }),
  tree: () => [],
  close: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

Deno.test("a plugin that is called without waiting must not be isolated", async () => {
  const wanted = [{ plugin: "quorum/ours", config: {} }];
  const [one] = await loadWithin(loaderAt("inline"), wanted);
  assert.equal(one?.id, "quorum/ours");
  for (const level of ["worker", "process"] as const) {
    await assert.rejects(loadWithin(loaderAt(level), wanted), /quorum\/ours.*isolated.*Fix: /s);
  }
});
