/** What `quorum/majority` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "quorum",
  name: "majority",
  version: "1.0.0",
  api: "quorum/1",
  summary: { en: "More than half of all votes", de: "Mehr als die Hälfte aller Stimmen" },
  config: [],
  permissions: {},
  license: "MIT",
});
