/** What `encoding/json` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "encoding",
  name: "json",
  version: "1.0.0",
  api: "encoding/1",
  summary: { en: "Messages as JSON: for people and programs that read along" },
  config: [],
  permissions: {},
  license: "MIT",
});
