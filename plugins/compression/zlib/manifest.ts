/** What `compression/zlib` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "compression",
  name: "zlib",
  version: "1.0.0",
  api: "compression/1",
  summary: { en: "The zlib format of RFC 1950, as in heartbeat" },
  config: [{
    fieldname: "level",
    basictype: "integer",
    minimum: 1,
    maximum: 9,
    default: 6,
    short_text: { en: "1 is fastest, 9 packs best" },
  }],
  permissions: {},
  license: "MIT",
});
