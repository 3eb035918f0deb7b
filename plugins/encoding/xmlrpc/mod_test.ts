import { conform } from "../../../pils/conform.ts";
import { clauses } from "../../handler/encoding/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, { manifest, plugin, config: {}, given: { runs: 300 } });
