/** What `auth/aes256gcm` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "auth",
  name: "aes256gcm",
  version: "1.0.0",
  api: "auth/1",
  summary: { en: "AES-256-GCM: encrypts packets; C heartbeat does not know it" },
  config: [{
    fieldname: "key",
    basictype: "string",
    specialtype: "secret",
    secret: true,
    required: true,
    length: 1024,
    short_text: { en: "The cluster's key: one long random word, the same on every node" },
  }],
  permissions: {},
  license: "MIT",
});
