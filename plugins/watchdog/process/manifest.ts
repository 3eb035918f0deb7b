/** What `watchdog/process` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "watchdog",
  name: "process",
  version: "1.0.0",
  api: "watchdog/1",
  summary: { en: "Kills a process that hangs" },
  config: [
    {
      fieldname: "pid",
      basictype: "integer",
      minimum: 2,
      required: true,
      short_text: { en: "The process to kill" },
    },
    {
      fieldname: "timeoutMs",
      basictype: "integer",
      minimum: 500,
      maximum: 3_600_000,
      unit: "ms",
      default: 10_000,
      short_text: { en: "How long it may show no sign of life" },
    },
  ],
  permissions: { run: ["/bin/sh"] },
  license: "MIT",
});
