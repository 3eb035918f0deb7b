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
    known: [{ text: "what do ya want for nothing?", mac: "750c783e6ab0b503eaa86e310a5db738" }],
  },
});

conform(clauses.filter(({ id }) => id === "AUTH5"), {
  manifest,
  plugin,
  // A key longer than the hash's block is hashed first.
  config: { key: "0123456789".repeat(12) },
  given: { known: [{ text: "packet", mac: "e98965c52319c17db6bf438a35f799f7" }] },
});
