import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/auth/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: { key: "Jefe" },
  given: {
    otherKey: { key: "Jefg" },
    // RFC 2202, test case 2.
    known: [{
      text: "what do ya want for nothing?",
      mac: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    }],
  },
});

conform(clauses.filter(({ id }) => id === "AUTH5"), {
  manifest,
  plugin,
  // A key longer than the hash's block is hashed first.
  config: { key: "0123456789".repeat(12) },
  given: { known: [{ text: "packet", mac: "0b5d23949beb22f5e8038d615b23efedfdfd15b6" }] },
});
