import { define } from "../../../../../pils/manifest.ts";

/** Template: starts a program for each alert. */
export default define({
  kind: "notifier",
  name: "command",
  version: "1.0.0",
  api: "notifier/1",
  summary: { en: "Starts a program of your own for every alert" },
  config: [{
    fieldname: "program",
    basictype: "string",
    specialtype: "path",
    required: true,
    short_text: { en: "The program; it reads the alert as JSON from its standard input" },
  }],
  permissions: { run: ["{program}"] },
  license: "MIT",
});
