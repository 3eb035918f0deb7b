/** What `watchdog/device` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "watchdog",
  name: "device",
  version: "1.0.0",
  api: "watchdog/1",
  summary: { en: "The kernel's watchdog device: resets a node that hangs" },
  config: [
    {
      fieldname: "device",
      basictype: "string",
      specialtype: "device",
      default: "/dev/watchdog",
      short_text: { en: "The device" },
    },
    {
      fieldname: "timeoutMs",
      basictype: "integer",
      minimum: 500,
      maximum: 3_600_000,
      unit: "ms",
      default: 10_000,
      short_text: { en: "How long the daemon may be silent before the device is no longer fed" },
    },
    {
      fieldname: "holdS",
      basictype: "integer",
      minimum: 0,
      maximum: 86_400,
      unit: "s",
      default: 3_600,
      short_text: { en: "How long the device is held open, unfed, after the daemon died" },
    },
  ],
  permissions: { run: ["/bin/sh"] },
  license: "MIT",
});
