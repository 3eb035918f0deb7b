/** What `encoding/json` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "encoding",
  name: "json",
  version: "1.0.0",
  api: "encoding/1",
  summary: { en: "Messages as JSON, readable by people and programs" },
  config: [],
  permissions: {},
  license: "MIT",
});
