import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import type { Clause } from "../../handler/conformance.ts";
import { clauses } from "../../handler/medium/conformance.ts";
import type { Medium } from "../../handler/medium/contract.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const port = 50_000 + Deno.pid % 10_000;

// Whoever runs the tests may have granted less than a broadcast needs.
const may = ["127.0.0.1", "239.192.77.9"].every((host) =>
  Deno.permissions.querySync({ name: "net", host }).state === "granted"
);

const refused = (why: RegExp): Clause<Medium> => ({
  id: "MCAST1",
  says: "what cannot be is refused with the reason",
  async check(trial) {
    await assert.rejects(async () => {
      await using _opened = await trial.open();
    }, why);
  },
});

conform([refused(/one is IPv4, the other IPv6/)], {
  manifest,
  plugin,
  config: { address: "127.0.0.1", group: "ff05::77", port },
});
conform([refused(/with IPv6 it is always 1/)], {
  manifest,
  plugin,
  config: { address: "::1", group: "ff05::77", port, ttl: 2 },
});
conform([refused(/of link scope needs an interface/)], {
  manifest,
  plugin,
  config: { address: "::1", group: "ff02::77", port },
});
conform([refused(/group/)], {
  manifest,
  plugin,
  config: { address: "::1", group: "fd00::77", port },
});

conform(clauses, {
  manifest,
  plugin,
  config: { address: "127.0.0.1", group: "239.192.77.9", port, loop: true },
  // Every node of a group has the same port.
  given: { other: {} },
  skip: may ? {} : Object.fromEntries(clauses.map(({ id }) => [id, "not granted to this run"])),
});

Deno.test({
  name: "medium/mcast leaves no socket open where it may send from nowhere",
  permissions: { net: may ? ["239.192.77.9"] : false },
  ignore: !may,
  async fn() {
    const config = { address: "127.0.0.1", group: "239.192.77.9", port, ttl: 1, loop: true };
    const host = { emit: () => {}, log: () => {} };
    await assert.rejects(async () => await plugin(config, host), Deno.errors.NotCapable);
  },
});
