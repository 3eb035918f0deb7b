/** What `handler/auth` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "handler",
  name: "auth",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages plugins that sign and verify packets" },
  config: [],
  permissions: {},
  license: "MIT",
});
