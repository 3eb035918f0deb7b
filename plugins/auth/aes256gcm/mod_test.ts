import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/auth/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: { key: "a long random word" },
  given: { otherKey: { key: "another long random word" }, known: [] },
});
