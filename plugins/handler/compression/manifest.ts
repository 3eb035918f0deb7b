/** What `handler/compression` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "handler",
  name: "compression",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages plugins that pack and unpack bytes" },
  config: [],
  permissions: {},
  license: "MIT",
});
