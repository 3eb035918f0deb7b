import { define } from "../../../pils/manifest.ts";

/** Carries heartbeat's classic frames over a serial line. */
export default define({
  kind: "medium",
  name: "serial",
  version: "1.0.0",
  api: "medium/1",
  summary: {
    en: "Carries packets over a serial line between two nodes",
    de: "Überträgt Pakete über eine serielle Leitung zwischen zwei Knoten",
  },
  config: [
    {
      fieldname: "device",
      basictype: "string",
      specialtype: "device",
      required: true,
      short_text: { en: "The line, such as /dev/ttyS0" },
    },
    {
      fieldname: "baud",
      basictype: "integer",
      minimum: 300,
      maximum: 4_000_000,
      default: 19_200,
      short_text: { en: "Speed of the line, the same at both ends" },
    },
    {
      fieldname: "rtscts",
      basictype: "boolean",
      default: false,
      short_text: { en: "Whether to use RTS and CTS of the cable (hardware flow control)" },
    },
  ],
  // No device can be granted by path: programs open it, and these two start no others.
  permissions: { run: ["/bin/stty", "/bin/dd"] },
  license: "MIT",
});
