import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/compression/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: {},
  given: {
    // Of the zlib library itself, level 9.
    known: [{ packed: "eNorSS0uUUgqzclJLSlGpwGfQwsS", text: "test bullets bullets bullets" }],
  },
});
