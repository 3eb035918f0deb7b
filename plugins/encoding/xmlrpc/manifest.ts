/** What `encoding/xmlrpc` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "encoding",
  name: "xmlrpc",
  version: "1.0.0",
  api: "encoding/1",
  summary: { en: "Messages as an XML-RPC call, which any XML-RPC library reads" },
  config: [],
  permissions: {},
  license: "MIT",
});
