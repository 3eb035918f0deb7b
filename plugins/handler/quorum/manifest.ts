/** What `handler/quorum` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "handler",
  name: "quorum",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages plugins that decide whether members may act for the cluster" },
  config: [],
  permissions: {},
  license: "MIT",
});
