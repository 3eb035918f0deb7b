import { define } from "../../../../manifest.ts";

export default define({
  kind: "echo",
  name: "half",
  version: "1.0.0",
  api: "echo/2",
  summary: { en: "Says it again" },
  config: [
    { fieldname: "prefix", basictype: "string", default: "" },
    { fieldname: "port", basictype: "integer", specialtype: "port", default: 694 },
  ],
  permissions: {},
  license: "MIT",
});
