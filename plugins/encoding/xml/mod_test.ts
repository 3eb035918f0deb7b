import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/encoding/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, { manifest, plugin, config: {}, given: { runs: 300 } });
