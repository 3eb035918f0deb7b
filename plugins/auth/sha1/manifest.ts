/** What `auth/sha1` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "auth",
  name: "sha1",
  version: "1.0.0",
  api: "auth/1",
  summary: { en: "HMAC-SHA1, as in heartbeat" },
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
