import { conform } from "../../../pils/conform.ts";
import { clauses } from "../../handler/medium/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const port = 50_000 + Deno.pid % 10_000;

// Whoever runs the tests may have granted less than a broadcast needs.
const may = ["0.0.0.0", "127.0.0.1", "239.192.77.9"].every((host) =>
  Deno.permissions.querySync({ name: "net", host }).state === "granted"
);

conform(clauses, {
  manifest,
  plugin,
  config: { address: "127.0.0.1", group: "239.192.77.9", port, loop: true },
  // Every node of a group has the same port.
  given: { other: {} },
  skip: may ? {} : Object.fromEntries(clauses.map(({ id }) => [id, "not granted to this run"])),
});
