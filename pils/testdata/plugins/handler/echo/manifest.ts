import { define } from "../../../../manifest.ts";

export default define({
  kind: "handler",
  name: "echo",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages echoes" },
  config: [],
  permissions: {},
  license: "MIT",
});
