import { define } from "../../../pils/manifest.ts";

/** The manifest of the handler of kind `ra`. */
export default define({
  kind: "handler",
  name: "ra",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages classes of resource agents" },
  config: [],
  permissions: {},
  license: "MIT",
});
