/** What `quorum/two_node` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "quorum",
  name: "two_node",
  version: "1.0.0",
  api: "quorum/1",
  summary: {
    en: "Lets one of two nodes go on alone; fencing decides which",
    de: "Lässt einen von zwei Knoten allein weiterarbeiten; das Fencing entscheidet, welchen",
  },
  config: [],
  permissions: {},
  license: "MIT",
});
