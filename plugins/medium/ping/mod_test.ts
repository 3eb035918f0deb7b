import { conform } from "../../handler/conform.ts";
import { noIcmp } from "../../handler/medium/icmp_may.ts";
import { clauses } from "../../handler/medium/ping_conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const why = await noIcmp();

conform(clauses, {
  manifest,
  plugin,
  config: { name: "loopback", address: "127.0.0.1" },
  // The kernel lets nobody send there who did not ask to broadcast.
  given: { silent: { address: "255.255.255.255" } },
  levels: ["process"],
  skip: why === undefined ? {} : Object.fromEntries(clauses.map(({ id }) => [id, why])),
});

conform(clauses.filter(({ id }) => id === "PING1"), {
  manifest,
  plugin,
  config: { name: "loopback6", address: "::1" },
  given: { silent: {} },
  levels: ["process"],
  skip: why === undefined ? {} : { PING1: why },
});
