/** What `handler/medium` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "handler",
  name: "medium",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages plugins that carry packets between nodes" },
  config: [],
  permissions: {},
  license: "MIT",
});
