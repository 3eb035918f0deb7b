import { define } from "../../../../manifest.ts";

export default define({
  kind: "echo",
  name: "asks",
  version: "1.0.0",
  api: "echo/1",
  summary: { en: "Asks for the network of one switch" },
  config: [
    { fieldname: "address", basictype: "string", specialtype: "host", required: true },
    { fieldname: "port", basictype: "integer", default: 623 },
    { fieldname: "keyfile", basictype: "string" },
  ],
  permissions: { net: ["{address}:{port}"], read: ["{keyfile}"] },
  license: "MIT",
});
