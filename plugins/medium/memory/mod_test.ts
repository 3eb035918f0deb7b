import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/medium/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: { bus: "test", name: "here" },
  given: { other: { name: "there" } },
});
