import { define } from "../../../pils/manifest.ts";

/** The manifest of the handler of kind `stonith`. */
export default define({
  kind: "handler",
  name: "stonith",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages devices that fence nodes" },
  config: [],
  permissions: {},
  license: "MIT",
});
