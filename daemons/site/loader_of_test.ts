import assert from "node:assert/strict";
import type { Found } from "../../pils/found.ts";
import { loaderOf } from "./loader_of.ts";
import { readNodeConfig } from "./node_config/read.ts";

Deno.test("a process loads the kinds of its description with their handlers, and no other", {
  permissions: {},
}, async () => {
  const checked = readNodeConfig(JSON.stringify({
    cluster: "c",
    node: "alice",
    nodes: ["alice"],
    state: "/state",
    run: "/run",
    authkeys: "/authkeys",
    media: [{ plugin: "medium/ucast" }],
  }));
  assert(checked.ok);
  const sought: string[] = [];
  const find = (id: string): Promise<Found> => {
    sought.push(id);
    return Promise.reject(new Error("it was looked for"));
  };
  await using loader = loaderOf(checked.value, { kinds: ["quorum"] }, () => {}, find);
  for (const id of ["quorum/ours", "handler/quorum"]) {
    await assert.rejects(loader.load(id), /it was looked for/);
  }
  for (const id of ["stonith/process", "handler/ra", "handler/"]) {
    await assert.rejects(loader.load(id), /loads no plugin of kind.*Fix: /s, id);
  }
  assert.deepEqual(sought, ["quorum/ours", "handler/quorum"]);
});
