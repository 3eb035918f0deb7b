/** What `auth/crc` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "auth",
  name: "crc",
  version: "1.0.0",
  api: "auth/1",
  summary: { en: "CRC-32, as in heartbeat: detects broken packets, not forged ones" },
  config: [],
  permissions: {},
  license: "MIT",
});
