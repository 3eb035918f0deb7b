/** What `auth/md5` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "auth",
  name: "md5",
  version: "1.0.0",
  api: "auth/1",
  summary: { en: "HMAC-MD5, as in heartbeat: only for partners without a better method" },
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
