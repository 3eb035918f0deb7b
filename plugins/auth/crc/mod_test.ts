import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/auth/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: {},
  given: {
    known: [
      { text: "", mac: "ffffffff" },
      // Check value of CRC-32 with this polynomial, no reflection, initial 0, complemented.
      { text: "123456789", mac: "765e7680" },
    ],
  },
});
