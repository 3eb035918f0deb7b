import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/medium/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const [here, there] = [30_000 + Deno.pid % 10_000, 40_000 + Deno.pid % 10_000];
const address = "127.0.0.1";

conform(clauses, {
  manifest,
  plugin,
  config: { address, port: here, peers: [{ address, port: there }] },
  // Both ends need the same two endpoints, so they share one grant.
  given: { other: { port: there, peers: [{ address, port: here }] } },
});

conform(clauses.filter(({ id }) => id === "MEDIUM1"), {
  manifest,
  plugin,
  // IPv6 is the same.
  config: { address: "::1", port: here, peers: [{ address: "::1", port: there }] },
  given: { other: { port: there, peers: [{ address: "::1", port: here }] } },
});
