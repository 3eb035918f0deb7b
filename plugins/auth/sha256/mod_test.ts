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
    // RFC 4231, test case 2.
    known: [{
      text: "what do ya want for nothing?",
      mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    }],
  },
});
