import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/medium/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const port = 20_000 + Deno.pid % 10_000;

// Whoever runs the tests may have granted less than a broadcast needs.
const may = ["127.0.0.1", "127.255.255.255"].every((host) =>
  Deno.permissions.querySync({ name: "net", host }).state === "granted"
);

conform(clauses, {
  manifest,
  plugin,
  config: { address: "127.0.0.1", broadcast: "127.255.255.255", port },
  // Every node of a network has the same port.
  given: { other: {} },
  skip: may ? {} : Object.fromEntries(clauses.map(({ id }) => [id, "not granted to this run"])),
});

Deno.test({
  name: "medium/bcast leaves no socket open where it may send from nowhere",
  permissions: { net: may ? ["127.255.255.255"] : false },
  ignore: !may,
  fn() {
    const config = { address: "127.0.0.1", broadcast: "127.255.255.255", port };
    assert.throws(() => plugin(config, { emit() {}, log() {} }), Deno.errors.NotCapable);
  },
});
