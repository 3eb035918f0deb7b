/** What `handler/encoding` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "handler",
  name: "encoding",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages plugins that turn messages into bytes and back" },
  config: [],
  permissions: {},
  license: "MIT",
});
