/** What `auth/sha256` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "auth",
  name: "sha256",
  version: "1.0.0",
  api: "auth/1",
  summary: { en: "HMAC-SHA256; C heartbeat does not know it" },
  config: [{
    fieldname: "key",
    basictype: "string",
    specialtype: "secret",
    secret: true,
    required: true,
    length: 1024,
    short_text: { en: "The cluster's key: one word, the same on every node" },
  }],
  permissions: {},
  license: "MIT",
});
