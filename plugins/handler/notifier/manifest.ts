import { define } from "../../../pils/manifest.ts";

/** The manifest of the handler of kind `notifier`. */
export default define({
  kind: "handler",
  name: "notifier",
  version: "1.0.0",
  api: "handler/1",
  summary: { en: "Manages plugins that send alerts" },
  config: [],
  permissions: {},
  license: "MIT",
});
