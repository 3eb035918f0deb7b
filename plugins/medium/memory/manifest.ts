import { define } from "../../../pils/manifest.ts";

/** Carries packets between nodes of one process. */
export default define({
  kind: "medium",
  name: "memory",
  version: "1.0.0",
  api: "medium/1",
  summary: { en: "Carries packets between nodes of one process, for tests" },
  config: [
    {
      fieldname: "bus",
      basictype: "string",
      length: 64,
      required: true,
      short_text: { en: "Instances with the same bus hear each other" },
    },
    {
      fieldname: "name",
      basictype: "string",
      length: 64,
      required: true,
      short_text: { en: "Whose end of the bus this is" },
    },
  ],
  permissions: {},
  isolation: "inline",
  license: "MIT",
});
