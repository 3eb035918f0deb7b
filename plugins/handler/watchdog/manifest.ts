/** What `handler/watchdog` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "handler",
  name: "watchdog",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages plugins that kill or reset what hangs" },
  config: [],
  permissions: {},
  license: "MIT",
});
