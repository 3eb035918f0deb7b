/** What `encoding/xml` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "encoding",
  name: "xml",
  version: "1.0.0",
  api: "encoding/1",
  summary: { en: "Messages as XML in the form of the Open Cluster Framework: <L> and <AL>" },
  config: [],
  permissions: {},
  license: "MIT",
});
