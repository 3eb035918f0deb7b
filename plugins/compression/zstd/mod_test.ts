import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/compression/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: {},
  given: {
    known: [{
      packed: "KLUv/QRYlQAAYHRlc3QgYnVsbGV0cwEAQ0oSS2cPEg==",
      text: "test bullets bullets bullets",
    }],
  },
});
