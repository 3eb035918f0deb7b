import { conform } from "../../handler/conform.ts";
import { noIcmp } from "../../handler/medium/icmp_may.ts";
import { clauses } from "../../handler/medium/ping_conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const why = await noIcmp();

conform(clauses, {
  manifest,
  plugin,
  // Both answer, and count once; a third never does.
  config: { name: "loopbacks", addresses: ["127.0.0.1", "127.0.0.2", "::1"] },
  given: { silent: { addresses: ["255.255.255.255"] } },
  levels: ["process"],
  skip: why === undefined ? {} : Object.fromEntries(clauses.map(({ id }) => [id, why])),
});
