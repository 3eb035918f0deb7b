/** What `compression/bz2` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "compression",
  name: "bz2",
  version: "1.0.0",
  api: "compression/1",
  summary: { en: "The bzip2 format, as in heartbeat" },
  config: [],
  permissions: {},
  license: "MIT",
});
