import { conform } from "../../../pils/conform.ts";
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
